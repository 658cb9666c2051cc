import type { JobState } from '../../services/queue/types.js';
import { healthOf, type GatewayFacts } from './health.js';

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number];

const jobStates: readonly JobState[] = [
  'discovered',
  'waiting',
  'de-identifying',
  'sending',
  'confirming',
  'archived',
  'held',
  'failed',
  'cancelled',
];

export const metricsType = 'text/plain; version=0.0.4; charset=utf-8';

/** The facts in the text format of Prometheus, 0.0.4. Labels are words of ours alone: nothing of the network, no identifiers. */
export function metricsText(facts: GatewayFacts): string {
  const { version, now, started, reception, spool, diskFree, server, jobs, unreadable, archived } = facts;
  const { listener } = reception;
  const health = healthOf(facts);
  const perState = jobStates.map((state): Sample => [
    { state },
    jobs.filter((job) => job.state === state).length,
  ]);
  const files = (status: 'held' | 'failed'): Sample => [
    { status },
    jobs.reduce((sum, { totals }) => sum + totals[status], 0),
  ];
  const waiting = jobs.filter(({ state, origin }) => origin.kind !== 'files' && state !== 'archived');
  const oldest = Math.min(now, ...waiting.map(({ created }) => Date.parse(created)));
  return [
    ...metric('gauge', 'build_info', 'The version that runs.', [[{ version }, 1]]),
    ...metric('gauge', 'start_time_seconds', 'When the program began, seconds since 1970.', [
      [{}, started / 1000],
    ]),
    ...metric('gauge', 'resident_memory_bytes', 'Memory of the program.', [[{}, process.memoryUsage.rss()]]),
    ...metric('gauge', 'healthy', '0 where /healthz answers 503.', [
      [{}, health.status === 'failing' ? 0 : 1],
    ]),
    ...metric('gauge', 'listener_up', '1 while the port for DICOM is open.', [
      [{}, reception.state === 'listening' ? 1 : 0],
    ]),
    ...metric('gauge', 'associations_open', 'Associations that are open.', [[{}, listener.associations]]),
    ...metric('counter', 'associations_total', 'Associations that were accepted.', [[{}, listener.accepted]]),
    ...metric('counter', 'associations_aborted_total', 'Associations that ended without a release.', [
      [{}, listener.aborted],
    ]),
    ...metric(
      'counter',
      'associations_rejected_total',
      'Associations that were rejected, by result/source/reason (PS3.8 9.3.4).',
      byLabel('code', listener.rejected),
    ),
    ...metric('counter', 'connections_silent_total', 'Connections that asked for no association.', [
      [{}, listener.silent],
    ]),
    ...metric('counter', 'tls_handshakes_failed_total', 'TLS handshakes that failed.', [
      [{}, listener.badHandshakes],
    ]),
    ...metric('counter', 'objects_received_total', 'Objects that were answered with Success.', [
      [{}, listener.objects],
    ]),
    ...metric('counter', 'received_bytes_total', 'Bytes of their data sets.', [[{}, listener.bytes]]),
    ...metric(
      'counter',
      'objects_refused_total',
      'Objects that were answered with another status, by status (PS3.4 B.2.3).',
      byLabel('status', listener.refused),
    ),
    ...metric('counter', 'files_archived_total', 'Files that were archived and proved.', [[{}, archived]]),
    ...('bytes' in spool
      ? [
          ...metric('gauge', 'spool_objects', 'Objects that wait on the disk.', [[{}, spool.objects]]),
          ...metric('gauge', 'spool_bytes', 'Bytes that they take.', [[{}, spool.bytes]]),
          ...metric(
            'gauge',
            'spool_quota_bytes',
            'Bytes that they may take.',
            spool.quota === undefined ? [] : [[{}, spool.quota]],
          ),
        ]
      : []),
    ...metric(
      'gauge',
      'disk_free_bytes',
      'Free bytes on the disk of the state.',
      diskFree === undefined ? [] : [[{}, diskFree]],
    ),
    ...metric(
      'gauge',
      'server_up',
      '1 while the server answers and takes the sign-in.',
      server.since === undefined ? [] : [[{}, server.failure ? 0 : 1]],
    ),
    ...metric('gauge', 'jobs', 'Jobs of the queue by state.', perState),
    ...metric('gauge', 'jobs_unreadable', 'Entries of the queue that can not be read.', [
      [{}, unreadable.length],
    ]),
    ...metric('gauge', 'job_files', 'Files of jobs that wait for a person.', [
      files('held'),
      files('failed'),
    ]),
    ...metric('gauge', 'oldest_received_seconds', 'Age of the oldest received job that is not archived.', [
      [{}, (now - oldest) / 1000],
    ]),
    '',
  ].join('\n');
}

function byLabel(name: string, counts: Readonly<Record<string, number>>): readonly Sample[] {
  return Object.entries(counts).map(([value, count]) => [{ [name]: value }, count]);
}

function metric(
  type: 'counter' | 'gauge',
  name: string,
  help: string,
  samples: readonly Sample[],
): readonly string[] {
  if (samples.length === 0) return [];
  const full = `giftcloud_${name}`;
  return [
    `# HELP ${full} ${help}`,
    `# TYPE ${full} ${type}`,
    ...samples.map(([labels, value]) => {
      const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
      return `${full}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`;
    }),
  ];
}
