// Receives into a spool until it is ended, as `gift-cloud listen` does, and uploads what came if it is told an account.
// Not TypeScript: what compiles it would count as its memory.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [, , dist, stateFolder, port, url = 'http://127.0.0.1:1', userName = 'nobody', passwordFile] =
  process.argv;
const { createServices } = createRequire(import.meta.url)(join(dist, 'services.js'));
const silent = () => undefined;
const logger = { trace: silent, debug: silent, info: silent, warn: silent, error: silent };
const workerScript = join(dist, 'worker.js');
const services = createServices({ version: 'bench', stateFolder, workerScript, mayBlock: true, logger });

const profile = await services.readProfile('basic');
const lead = await services.queue.lead();
const destination = { server: url, user: userName, project: 'GIFTDEMO', profile };
await services.reception.start(
  { listener: { aeTitle: 'BENCH', port: Number(port), bind: '127.0.0.1' }, destination },
  lead,
);
console.log('ready');
if (passwordFile !== undefined) {
  const password = () => Promise.resolve(readFileSync(passwordFile, 'utf8'));
  const archive = services.openArchive({ url, userName, password });
  services.queue.onDidChange(() => {
    if (services.queue.jobs().some(({ state }) => state === 'sending')) console.log('sending');
  });
  await services.queue.work(() => Promise.resolve(archive), lead, lead.lost);
}
