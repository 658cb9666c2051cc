import type { RemoteNode } from '../dimse/listenerTypes.js';
import type { Archive } from '../xnat/archive.js';
import type { TimeLimits } from '../xnat/timeLimits.js';

/** What is looked at, in this order; each rests on those before it that concern the server. */
export type DiagnosisStep =
  | 'address'
  | 'proxy'
  | 'name'
  | 'connection'
  | 'certificate'
  | 'signIn'
  | 'version'
  | 'project'
  | 'listener'
  | 'node';

/** `skipped`: there was nothing to look at, or a step before failed. */
export type Outcome = 'good' | 'warning' | 'bad' | 'skipped';

export interface Verdict {
  readonly outcome: Outcome;
  /** One sentence, without user names, passwords and anything of a patient: it may be copied into a mail. */
  readonly text: string;
  /** What to do; may be empty. */
  readonly hint?: string;
}

/** `running` comes before each verdict, so that a person sees what is waited for. */
export interface Finding extends Omit<Verdict, 'outcome'> {
  readonly step: DiagnosisStep;
  /** Which node, by its name; empty for the other steps. */
  readonly about: string;
  readonly outcome: Outcome | 'running';
}

export interface ServerToCheck {
  readonly url: string;
  readonly ca?: string;
  readonly pin?: string;
  /** The signed-in account; undefined where nobody is. */
  readonly archive?: () => Promise<Archive>;
  /** Project that is uploaded to; empty where none is chosen. */
  readonly project: string;
}

export interface ListenerToCheck {
  readonly port: number;
  readonly bind?: string;
  /** Whether it is our own listener that holds the port. */
  readonly listening: boolean;
}

export interface NodeToCheck {
  readonly name: string;
  readonly node: RemoteNode;
  /** How we call ourselves there. */
  readonly callingAe: string;
}

export interface DiagnoseRequest {
  readonly server?: ServerToCheck;
  readonly listener?: ListenerToCheck;
  readonly nodes?: readonly NodeToCheck[];
  /** Where proxies are named, as the environment of the command line does (HTTPS_PROXY, NO_PROXY ...). */
  readonly proxies: Readonly<Record<string, string | undefined>>;
}

export interface ServerTools {
  readonly userAgent: string;
  /** As for every other request: left out inside the editor. */
  readonly environment: Readonly<Record<string, string | undefined>> | undefined;
  readonly limits?: TimeLimits;
}
