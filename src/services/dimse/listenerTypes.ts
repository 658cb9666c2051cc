/** How the listener is set up. */
export interface ListenerOptions {
  /** Our AE title; a call for another one is rejected. */
  readonly aeTitle: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Address to listen at; all interfaces when absent. */
  readonly bind?: string;
  /** Calling AE titles that may connect; everybody when absent or empty. */
  readonly allowedCallers?: readonly string[];
  /** Takes private SOP classes, too. */
  readonly privateClasses?: boolean;
  readonly tls?: ListenerTls;
  readonly limits?: Partial<ListenerLimits>;
  /** Where results of storage commitment go once the association is closed, by AE title. */
  readonly nodes?: readonly RemoteNode[];
}

/** PEM texts. With `ca` a client must show a certificate that it signed. */
export interface ListenerTls {
  readonly cert: string;
  readonly key: string;
  readonly passphrase?: string;
  readonly ca?: string;
}

/** A DICOM program elsewhere. */
export interface RemoteNode {
  readonly aeTitle: string;
  readonly host: string;
  readonly port: number;
  readonly tls?: NodeTls;
}

/** A node that we call and wait for. */
export interface CalledNode extends RemoteNode {
  /** Our AE title in front of it. */
  readonly callingAe: string;
  /** Time without an answer, or without an object while it sends some, after which we give up; milliseconds. */
  readonly timeoutMs: number;
}

/** PEM texts: who signs the node's certificate, and our own certificate where the node asks for one. */
export interface NodeTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface ListenerLimits {
  /** Associations at once; one more is rejected as "local limit exceeded". */
  readonly associations: number;
  /** Connections at once that have no association (yet); the oldest makes room for a new one. */
  readonly waiting: number;
  /** The same from one address. */
  readonly waitingPerAddress: number;
  /** Longest P-DATA-TF, bytes; announced to the peer. */
  readonly pduLength: number;
  /** Time in which an association must be asked for, and a connection be closed (ARTIM, PS3.8 9.1.5), milliseconds. */
  readonly artimMs: number;
  /** Time without a byte after which an association is aborted, milliseconds. */
  readonly idleMs: number;
}

export const defaultLimits: ListenerLimits = {
  associations: 32,
  waiting: 64,
  waitingPerAddress: 32,
  pduLength: 128 * 1024,
  artimMs: 30_000,
  idleMs: 10 * 60_000,
};

export type ListenerState = 'stopped' | 'starting' | 'listening' | 'draining';

/** What views and metrics show; counts since the start of the program. */
export interface ListenerStatus {
  readonly state: ListenerState;
  /** The port that is bound; undefined unless listening. */
  readonly port: number | undefined;
  readonly associations: number;
  readonly accepted: number;
  /** Rejected associations by `result/source/reason` (PS3.8 9.3.4). */
  readonly rejected: Readonly<Record<string, number>>;
  /** Associations that ended without a release. */
  readonly aborted: number;
  /** Connections that went before an association was asked for. */
  readonly silent: number;
  readonly badHandshakes: number;
  /** Objects that were answered with Success, and the bytes of their data sets. */
  readonly objects: number;
  readonly bytes: number;
  /** Objects that were answered with another status, by status in hexadecimal. */
  readonly refused: Readonly<Record<string, number>>;
}
