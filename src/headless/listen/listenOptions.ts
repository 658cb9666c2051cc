import { isIP } from 'node:net';
import { isAeTitle, isHost } from '../../services/dimse/addresses.js';
import type { ListenerOptions, ListenerTls } from '../../services/dimse/listenerTypes.js';
import type { QueueSettings } from '../../services/queue/types.js';
import type { SpoolDestination } from '../../services/spool/types.js';
import { destinationOptions, readDestination } from '../destinationOptions.js';
import { parseNode } from '../nodeAddress.js';
import { serverOptions, usage, type Options, type OptionTable } from '../options.js';
import { passphraseOptions } from '../passphrase.js';
import { patientListOptions } from '../patientListOption.js';
import { readOptionFile } from '../prompt.js';

export const listenOptions: OptionTable = {
  ...serverOptions,
  ...destinationOptions,
  ae: { type: 'string', value: 'AET', help: 'our AE title (GIFTCLOUD)' },
  port: { type: 'string', value: 'N', help: 'port for DICOM (11112); 0 takes a free one' },
  bind: { type: 'string', value: 'ADDR', help: 'address to listen at (default: all of this machine)' },
  allow: { type: 'string', value: 'AET,...', help: 'calling AE titles that may send (default: all)' },
  'private-classes': { type: 'boolean', help: 'take private SOP classes, too' },
  associations: { type: 'string', value: 'N', help: 'associations at once (32)' },
  node: {
    type: 'string',
    multiple: true,
    value: 'AET@HOST:PORT',
    help: 'where results of storage commitment go once the association is closed',
  },
  'tls-cert': { type: 'string', value: 'FILE', help: 'PEM certificate: the port speaks TLS' },
  'tls-key': { type: 'string', value: 'FILE', help: 'PEM key of the certificate' },
  'tls-ca': {
    type: 'string',
    value: 'FILE',
    help: 'PEM authorities: senders must show a certificate of theirs',
  },
  'http-port': {
    type: 'string',
    value: 'N',
    help: '/healthz and /metrics on 127.0.0.1; 0 takes a free port',
  },
  quota: { type: 'string', value: 'N', help: 'GB that may wait on the disk (default: what the disk has)' },
  'quiet-time': {
    type: 'string',
    value: 'N',
    help: 'seconds without an object after which an open association is sent (10)',
  },
  jobs: { type: 'string', value: 'N', help: 'jobs that run at the same time (3)' },
  'keep-finished': { type: 'string', value: 'N', help: 'days that finished jobs stay in the list (7)' },
  retention: {
    type: 'string',
    value: 'N',
    help: 'days after which data that waits for a person goes for good (default: never)',
  },
  drain: { type: 'string', value: 'N', help: 'seconds for open associations and jobs at the end (30)' },
  ...passphraseOptions,
  ...patientListOptions,
};

/** What `listen` was told. Server and user of the destination are those of the archive. */
export interface ListenSettings {
  readonly listener: ListenerOptions;
  readonly destination: Omit<SpoolDestination, 'server' | 'user'>;
  readonly queue: Partial<QueueSettings>;
  readonly quotaBytes: number | undefined;
  readonly drainMs: number;
  /** Undefined where nobody is to ask. */
  readonly httpPort: number | undefined;
}

const dayMs = 24 * 60 * 60 * 1000;
const gigabyte = 1e9;

/** @throws USAGE, INVALID_LABEL, PROFILE_NOT_AVAILABLE */
export async function readListenSettings(options: Options): Promise<ListenSettings> {
  if (options.positionals.length > 0) throw usage('The command takes no path.');
  const destination = await readDestination(options);
  const quota = options.positive('quota');
  return {
    listener: await listenerOf(options),
    destination,
    queue: queueOf(options),
    quotaBytes: quota === undefined ? undefined : Math.round(quota * gigabyte),
    drainMs: (options.whole('drain') ?? 30) * 1000,
    httpPort: options.port('http-port'),
  };
}

async function listenerOf(options: Options): Promise<ListenerOptions> {
  const aeTitle = (options.text('ae') ?? 'GIFTCLOUD').trim();
  if (!isAeTitle(aeTitle)) throw usage('The option --ae takes an AE title: up to 16 letters and digits.');
  const bind = options.text('bind');
  if (bind !== undefined && isIP(bind) === 0 && !isHost(bind))
    throw usage('The option --bind takes an address of this machine.');
  const allowedCallers = (options.text('allow') ?? '').split(',').map((caller) => caller.trim());
  // One that is empty beside others keeps nobody out and lets nobody in: a mistake.
  const callers = allowedCallers.length === 1 && allowedCallers[0] === '' ? [] : allowedCallers;
  if (!callers.every(isAeTitle)) throw usage('The option --allow takes AE titles with commas between them.');
  const associations = options.whole('associations', 1);
  const tls = await tlsOf(options);
  return {
    ...{ aeTitle, port: options.port('port') ?? 11112, allowedCallers: callers },
    privateClasses: options.flag('private-classes'),
    nodes: options.list('node').map((text) => parseNode(text, 'node')),
    ...(bind !== undefined && { bind }),
    ...(associations !== undefined && { limits: { associations } }),
    ...(tls && { tls }),
  };
}

async function tlsOf(options: Options): Promise<ListenerTls | undefined> {
  const [cert, key, ca] = ['tls-cert', 'tls-key', 'tls-ca'].map((name) => options.text(name));
  if (cert === undefined && key === undefined && ca === undefined) return undefined;
  if (cert === undefined || key === undefined) throw usage('TLS needs both --tls-cert and --tls-key.');
  return {
    cert: await readOptionFile(cert, 'tls-cert'),
    key: await readOptionFile(key, 'tls-key'),
    ...(ca !== undefined && { ca: await readOptionFile(ca, 'tls-ca') }),
  };
}

/** Every setting, so that one that was taken out of the file of `--config` is as usual again. */
function queueOf(options: Options): Partial<QueueSettings> {
  const retention = options.whole('retention', 1);
  return {
    jobsPerServer: options.whole('jobs', 1) ?? 3,
    keepFinishedMs: (options.whole('keep-finished') ?? 7) * dayMs,
    quietMs: (options.whole('quiet-time', 1) ?? 10) * 1000,
    retentionMs: retention === undefined ? undefined : retention * dayMs,
  };
}
