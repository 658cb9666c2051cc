/** From this many instances on a job is large: it must not hold up what a scanner pushes in between. */
const largeFrom = 100;

export interface Candidate {
  readonly id: string;
  readonly server: string;
  readonly instances: number;
}

export function isLarge({ instances }: Pick<Candidate, 'instances'>): boolean {
  return instances >= largeFrom;
}

/**
 * Which waiting jobs start now, in their order. Of the lanes of a server (two or more) large jobs leave one to the small
 * ones, and small ones leave one to a large job that waits: neither ever waits for all of the other kind.
 * @param lanes of one server now: 1 while nobody knows whether it is back.
 */
export function choose<T extends Candidate>(
  waiting: readonly T[],
  running: readonly Candidate[],
  lanes: (server: string) => number,
): readonly T[] {
  const chosen: T[] = [];
  for (const job of waiting) {
    const most = lanes(job.server);
    const busy = [...running, ...chosen].filter(({ server }) => server === job.server);
    if (busy.length >= most) continue;
    const sameKind = busy.filter((other) => isLarge(other) === isLarge(job)).length;
    const otherKindWaits = waiting.some(
      (other) => other.server === job.server && isLarge(other) !== isLarge(job) && !chosen.includes(other),
    );
    const reserved = most > 1 && (isLarge(job) || otherKindWaits) ? 1 : 0;
    if (sameKind < most - reserved) chosen.push(job);
  }
  return chosen;
}
