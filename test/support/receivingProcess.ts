// A process that listens, keeps what comes in the spool of a state folder, and, where it is told a server, uploads it.
import { DicomListener } from '../../src/services/dimse/dicomListener.js';
import { silentLogger } from '../../src/services/support/logger.js';
import { openXnatArchive } from '../../src/services/xnat/openArchive.js';
import { quickLeases, quickPace } from './queueRig.js';
import { destination, spoolOf } from './spoolRig.js';
import { queueOf, uploadTools } from './uploadTools.js';

async function main(): Promise<void> {
  const [stateFolder = '', url = ''] = process.argv.slice(2);
  const spool = spoolOf(stateFolder);
  const sink = spool.sink(url === '' ? destination : { ...destination, server: url });
  const listener = new DicomListener({ aeTitle: 'GIFTCLOUD', port: 0 }, sink, silentLogger);
  process.send?.(await listener.start());
  if (url === '') return;
  const connection = { url, userName: 'alice', password: () => Promise.resolve('sandbox-alice') };
  const archive = openXnatArchive(connection, '0.0.0');
  const tools = { ...uploadTools(stateFolder), pace: { seriesInParallel: 3, quietMs: 5, resendMs: 20 } };
  const queue = queueOf(tools, { received: spool, pace: quickPace, leasePace: quickLeases });
  await queue.work(() => Promise.resolve(archive), await queue.lead(), new AbortController().signal);
}

void main();
