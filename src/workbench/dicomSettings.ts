import { ConfigurationTarget, workspace } from 'vscode';
import type { QueueSettings } from '../services/queue/types.js';
import { settingNames } from './contributions.js';
import { userText, userValue } from './settings.js';

/** How the listener of this machine is set up, as the user wrote it. */
export interface ListenerSettings {
  readonly aeTitle: string;
  readonly port: number;
  /** All addresses when empty. */
  readonly bind: string;
  /** Everybody when empty. */
  readonly allowedCallers: readonly string[];
  /** Empty until somebody chose one. */
  readonly project: string;
  readonly autostart: boolean;
  /** Absolute paths of PEM files; empty without TLS. */
  readonly certFile: string;
  readonly keyFile: string;
  readonly caFile: string;
  readonly privateClasses: boolean;
  /** Undefined where the disk is the only limit. */
  readonly quotaBytes: number | undefined;
}

const gigabyte = 1e9;
const dayMs = 24 * 60 * 60 * 1000;

export function listenerSettings(): ListenerSettings {
  const quota = userNumber(settingNames.listenerQuota, 0);
  return {
    aeTitle: userText(settingNames.listenerAeTitle),
    port: userNumber(settingNames.listenerPort, 0),
    bind: userText(settingNames.listenerBind),
    allowedCallers: callersOf(userValue(settingNames.listenerCallers)),
    project: userText(settingNames.listenerProject),
    autostart: userValue(settingNames.listenerAutostart) === true,
    certFile: userText(settingNames.listenerCertFile),
    keyFile: userText(settingNames.listenerKeyFile),
    caFile: userText(settingNames.listenerCaFile),
    privateClasses: userValue(settingNames.listenerPrivateClasses) === true,
    quotaBytes: quota > 0 ? Math.round(quota * gigabyte) : undefined,
  };
}

export async function setListenerProject(project: string): Promise<void> {
  await workspace
    .getConfiguration()
    .update(settingNames.listenerProject, project, ConfigurationTarget.Global);
}

/** How the transfer queue works, as the user wrote it. */
export function queueSettings(): QueueSettings {
  const days = (name: string, usual: number): number => userNumber(name, usual) * dayMs;
  const retentionMs = days(settingNames.retention, 0);
  return {
    jobsPerServer: Math.max(1, Math.floor(userNumber(settingNames.jobsPerServer, 3))),
    keepFinishedMs: days(settingNames.keepFinished, 7),
    quietMs: userNumber(settingNames.listenerQuiet, 10) * 1000,
    retentionMs: retentionMs > 0 ? retentionMs : undefined,
    retentionWarningMs: days(settingNames.retentionWarning, 7),
  };
}

/** What is written in another form than asked for keeps everybody out: an empty list would let everybody in. */
function callersOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value ?? '']).map((caller: unknown) =>
    typeof caller === 'string' ? caller.trim() : '',
  );
}

function userNumber(name: string, usual: number): number {
  const value = userValue(name);
  return typeof value === 'number' && value >= 0 ? value : usual;
}
