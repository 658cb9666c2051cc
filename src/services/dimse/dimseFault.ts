/** Why an association ended before its time. Text is ours alone, never the peer's. */
export type FaultKind = 'closed' | 'timeout' | 'aborted' | 'protocol';

/** Reasons of an A-ABORT of the service provider (PS3.8 9.3.8). */
export const abortReason = {
  notSpecified: 0,
  unrecognizedPdu: 1,
  unexpectedPdu: 2,
  invalidParameter: 6,
} as const;

/** Internal to the network code; what reaches people is a `GiftCloudError`. */
export class DimseFault extends Error {
  constructor(
    readonly kind: FaultKind,
    message: string,
    /** Reason to give in our A-ABORT. */
    readonly reason: number = abortReason.notSpecified,
  ) {
    super(message);
    this.name = 'DimseFault';
  }
}

export function protocolFault(message: string, reason: number = abortReason.invalidParameter): DimseFault {
  return new DimseFault('protocol', message, reason);
}
