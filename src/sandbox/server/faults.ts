/** What a fault does to the requests it fits. */
export type FaultAction =
  /** Answers `status` with an error page; nothing is done. */
  | 'status'
  /** Closes the connection at once; nothing is done. */
  | 'drop'
  /** Does the request and closes the connection in place of the answer. */
  | 'dropAnswer'
  /** Does the request, sends `afterBytes` of the answer's body, half unless given, and closes the connection. */
  | 'dropMidBody'
  /** Closes the connection when `afterBytes` of the request's body have arrived, the first ones unless given. */
  | 'dropUpload'
  /** Waits `delayMs`, then does the request. */
  | 'delay'
  /** Reads the request and never answers; nothing is done. */
  | 'hang'
  /** As `dropMidBody`, but the connection stays open and silent. */
  | 'stall'
  /** As `dropUpload`, but the connection stays open and takes nothing more; nothing is done. */
  | 'stallUpload'
  /** Reads the body of a write and answers 200 without storing anything. */
  | 'ignoreWrite'
  /** Ends the session the request came with, then handles the request. */
  | 'expireSession'
  /** 200 with a login page. */
  | 'htmlInsteadOfJson'
  /** 507, the volume is full; nothing is stored. */
  | 'diskFull';

export interface FaultRule {
  readonly action: FaultAction;
  /** Any method unless given. */
  readonly method?: string;
  /** Regular expression over the path with its query, as sent; anything unless given. */
  readonly pathPattern?: string;
  /** How often it strikes; for ever unless given. */
  readonly times?: number;
  /** How many fitting requests pass first. */
  readonly after?: number;
  readonly status?: number;
  readonly message?: string;
  readonly delayMs?: number;
  readonly afterBytes?: number;
}

interface Armed {
  readonly rule: FaultRule;
  readonly pattern: RegExp | undefined;
  left: number;
  toSkip: number;
  struck: number;
}

/** Faults to inject, oldest rule first; tests hold this object, other programs use the control address. */
export class FaultPlan {
  private armed: Armed[] = [];

  add(rule: FaultRule): void {
    this.armed.push({
      rule,
      pattern: rule.pathPattern === undefined ? undefined : new RegExp(rule.pathPattern),
      left: rule.times ?? Number.POSITIVE_INFINITY,
      toSkip: rule.after ?? 0,
      struck: 0,
    });
  }

  clear(): void {
    this.armed = [];
  }

  list(): (FaultRule & { readonly struck: number })[] {
    return this.armed.map(({ rule, struck }) => ({ ...rule, struck }));
  }

  /** The rule that strikes this request; counts it. */
  strike(method: string, url: string): FaultRule | undefined {
    for (const fault of this.armed) {
      if (fault.left <= 0) continue;
      if (fault.rule.method !== undefined && fault.rule.method !== method) continue;
      if (fault.pattern !== undefined && !fault.pattern.test(url)) continue;
      if (fault.toSkip > 0) {
        fault.toSkip -= 1;
        continue;
      }
      fault.left -= 1;
      fault.struck += 1;
      return fault.rule;
    }
    return undefined;
  }
}
