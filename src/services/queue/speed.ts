/** Over how long the speed is taken. */
const windowMs = 5000;

/** Bytes per second of the last moments, from a count that grows. */
export class Speed {
  private readonly samples: { readonly at: number; readonly bytes: number }[] = [];

  constructor(private readonly now: () => number) {}

  note(bytes: number): void {
    const at = this.now();
    this.samples.push({ at, bytes });
    while (this.samples.length > 2 && at - (this.samples[1]?.at ?? at) > windowMs) this.samples.shift();
  }

  get value(): number | undefined {
    const first = this.samples[0];
    const last = this.samples.at(-1);
    if (first === undefined || last === undefined || last.at <= first.at) return undefined;
    return Math.round(((last.bytes - first.bytes) * 1000) / (last.at - first.at));
  }
}
