import { refuse } from '../server/answers.js';

interface Catalogue {
  holder: Promise<void>;
  uploads: number;
  arrivals: number;
  turns: number;
}

/** One upload's stay at the catalogue of a resource; `leave` in any case. */
export interface Visit {
  /** Asked when a resource that was not there is about to be made: how many got so far before, since it was left alone. */
  turn(): number;
  /** Runs when nobody else writes the catalogue. Refused where the real server fails on the catalogue's lock. */
  alone<T>(write: () => Promise<T>): Promise<T>;
  leave(): void;
}

/**
 * Uploads that meet in one resource. As on the real server some fail: of eight at once into an existing resource
 * three answered 500 (observed).
 */
export class CatalogueLocks {
  private readonly catalogues = new Map<string, Catalogue>();

  constructor(private readonly treacheries: boolean) {}

  /** Called when an upload begins, so that long ones meet too. */
  enter(key: string, exists: boolean): Visit {
    const catalogue = this.catalogues.get(key) ?? {
      holder: Promise.resolve(),
      uploads: 0,
      arrivals: 0,
      turns: 0,
    };
    this.catalogues.set(key, catalogue);
    const late = catalogue.arrivals;
    const locked = this.treacheries && exists && late % 3 === 1;
    catalogue.arrivals += 1;
    catalogue.uploads += 1;
    return {
      turn: () => catalogue.turns++,
      alone: async (write) => {
        if (locked) throw refuse(500);
        const writing = catalogue.holder.then(write);
        catalogue.holder = writing.then(
          () => undefined,
          () => undefined,
        );
        return writing;
      },
      leave: () => {
        catalogue.uploads -= 1;
        if (catalogue.uploads === 0) this.catalogues.delete(key);
      },
    };
  }
}
