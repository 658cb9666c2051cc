import type { FaultPlan } from './server/faults.js';

/** Roles of a user in a project; no role at all is the absence of an entry. */
export type Role = 'owner' | 'member' | 'collaborator';

export interface SandboxUser {
  readonly name: string;
  readonly password: string;
  /** Project ID to role. */
  readonly roles: Readonly<Record<string, Role>>;
}

export interface SandboxOptions {
  /** Free port unless given. The host is always 127.0.0.1. */
  readonly port?: number;
  /** Where the data lies; a new temporary folder, removed by `close`, unless given. */
  readonly dataFolder?: string;
  /** A stock server without the GIFT-Cloud extension: no pseudonym and no UID routes. */
  readonly plainXnat?: boolean;
  /** A plain server runs its scripts on imports in spite of `prevent_anon`, as the recorded fork does. */
  readonly ignorePreventAnon?: boolean;
  /** https with a self-signed certificate for 127.0.0.1 and localhost. */
  readonly tls?: boolean;
  /** Users and projects only. */
  readonly empty?: boolean;
  /** Writes sample studies for uploading, to `samplesFolder` or beside the data; off unless given. */
  readonly samples?: boolean;
  /** Where the sample studies go; giving it asks for them. A folder that is there already is left as it is. */
  readonly samplesFolder?: string;
  /** Keeps request headers and small bodies in `requests`, for leak searches. */
  readonly capture?: boolean;
  /** Idle limit of a session; 15 minutes unless given. */
  readonly sessionTimeoutMs?: number;
  /** The real server's races and silent losses; on unless switched off. */
  readonly treacheries?: boolean;
  /** How long requests sent together may take to meet; 4 ms unless given. Tests that must see a race give more. */
  readonly raceWindowMs?: number;
  /** File lists carry MD5 digests as newer servers send them; the 1.6 fork does not. */
  readonly digests?: boolean;
  /** Sub-path the web application lives under, such as `/giftcloud`; the root unless given. */
  readonly contextPath?: string;
}

/** One request that reached the server; requests to the control routes are not recorded. */
export interface RequestRecord {
  readonly method: string;
  /** Percent-encoded path with the names, not the values, of its query. */
  readonly path: string;
  /** 0 while running and where the connection was dropped before an answer. */
  status: number;
  /** What went wrong inside the sandbox itself, behind a plain 500. */
  problem?: string;
  /** Only with `capture`. */
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Only with `capture`: the first MiB of the body, as bytes. */
  body?: Buffer;
}

export interface Sandbox {
  /** Base address without a trailing slash, context path included. */
  readonly url: string;
  readonly port: number;
  /** Control address: POST, GET, DELETE fault rules as JSON. */
  readonly faultUrl: string;
  readonly users: readonly SandboxUser[];
  readonly projects: readonly string[];
  /** PEM text of the self-signed certificate, with `tls`. */
  readonly ca?: string;
  /** The same in a file. */
  readonly caFile?: string;
  /** SHA-256 of the certificate, lower-case hexadecimal without colons, with `tls`. */
  readonly fingerprint?: string;
  readonly requests: readonly RequestRecord[];
  readonly faults: FaultPlan;
  /** Where stored files lie on disk; for searches in what was archived. */
  readonly archiveFolder: string;
  readonly dataFolder: string;
  readonly samplesFolder?: string;
  /** Creates many subjects at once, without requests: `<prefix>00001` and so on. */
  addSubjects(project: string, count: number, prefix?: string): void;
  /** Ends every session, as a restart of the server does. */
  expireSessions(): void;
  close(): Promise<void>;
}
