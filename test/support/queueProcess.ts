// One process of several that share a state folder: uploads a folder, or runs the queue until it loses the lead.
import { basicProfile } from '../../src/services/deid/profiles/presets.js';
import { toGiftCloudError } from '../../src/services/support/errors.js';
import { openXnatArchive } from '../../src/services/xnat/openArchive.js';
import { quickPace, quickLeases } from './queueRig.js';
import { queueOf, uploadTools } from './uploadTools.js';

export interface ToldByQueueProcess {
  /** `ready` once it works; a state of a job; `ended` with the error code where there was one. */
  readonly kind: 'ready' | 'state' | 'ended';
  readonly word?: string;
}

function tell(kind: ToldByQueueProcess['kind'], word?: string): void {
  if (process.connected) process.send?.({ kind, ...(word !== undefined && { word }) });
}

async function main(): Promise<void> {
  const [mode = '', url = '', stateFolder = '', ...inputs] = process.argv.slice(2);
  const connection = { url, userName: 'alice', password: () => Promise.resolve('sandbox-alice') };
  const archive = openXnatArchive(connection, '0.0.0');
  const tools = { ...uploadTools(stateFolder), pace: { seriesInParallel: 3, quietMs: 5, resendMs: 20 } };
  const queue = queueOf(tools, { pace: quickPace, leasePace: quickLeases });
  let shown = '';
  queue.onDidChange(() => {
    const states = queue
      .jobs()
      .map(({ state }) => state)
      .join();
    if (states !== shown) tell('state', states);
    shown = states;
  });
  try {
    if (mode === 'upload') {
      tell('ready');
      for await (const _ of queue.upload(archive, { inputs, project: 'GIFTDEMO', profile: basicProfile }));
    } else {
      const lead = await queue.lead();
      tell('ready');
      await queue.work(() => Promise.resolve(archive), lead, new AbortController().signal);
    }
    tell('ended');
  } catch (error) {
    tell('ended', toGiftCloudError(error).code);
  }
  queue.dispose();
  process.disconnect();
}

void main();
