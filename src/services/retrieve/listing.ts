import { tags } from '../dicom/tags.js';
import type { Finder } from '../query/finder.js';
import type { Keys } from '../query/identifier.js';
import { keysAt, uniqueKey } from '../query/keys.js';
import { rowOf } from '../query/rows.js';
import type { QueryLevel, QueryRow } from '../query/types.js';
import { GiftCloudError } from '../support/errors.js';
import type { Choice, ChosenSeries, ChosenStudy } from './choice.js';

/** A series as the PACS lists it; undefined where it lists no images. SOP class by SOP instance UID, empty where it is not told. */
export interface ListedSeries {
  readonly keys: Keys;
  /** All of it is wanted, not only the instances here. */
  readonly whole: boolean;
  readonly instances: ReadonlyMap<string, string> | undefined;
}

/** A study as the PACS lists it; its series are undefined where it lists none. */
export interface ListedStudy {
  /** Unique keys for a request at this level. */
  readonly keys: Keys;
  readonly whole: boolean;
  readonly series: readonly ListedSeries[] | undefined;
}

export interface Listing {
  readonly studies: readonly ListedStudy[];
  /** Choices of which the PACS knows nothing. */
  readonly unknown: number;
}

/** Asks the PACS what there is of a choice, so that it is known what has to come. */
export class Lister {
  private unknown = 0;

  constructor(private readonly finder: Finder) {}

  /** @throws as `Finder.find`; NODE_REFUSED only where the PACS can't list the studies of a patient */
  async list({ patients, studies }: Choice): Promise<Listing> {
    const all = new Map(studies);
    for (const patientId of patients) {
      const found = await this.studiesOf(patientId);
      if (found.length === 0) this.unknown++;
      for (const uid of found) all.set(uid, { patientId, whole: true, series: new Map() });
    }
    const listed: ListedStudy[] = [];
    for (const [uid, chosen] of all) {
      const study = await this.study(uid, chosen);
      if (study) listed.push(study);
    }
    return { studies: listed, unknown: this.unknown };
  }

  private async studiesOf(patientId: string): Promise<readonly string[]> {
    const above: Keys = new Map([[tags.PatientID, patientId]]);
    const rows = await this.rows('study', above);
    // The ID may look like a wildcard, and the PACS may not care for upper and lower case.
    return rows.flatMap((row) =>
      row.level === 'study' && row.patientId === patientId ? [row.studyUid] : [],
    );
  }

  private async study(uid: string, chosen: ChosenStudy): Promise<ListedStudy | undefined> {
    const { patientId, whole } = chosen;
    const above: Keys =
      this.finder.model === 'patient' && patientId !== undefined
        ? new Map([[tags.PatientID, patientId]])
        : new Map();
    const keys: Keys = new Map([...above, [uniqueKey.study, uid]]);
    const known = whole ? await this.listed('series', keys) : undefined;
    if (whole && known === undefined) return { keys, whole, series: undefined };
    const wanted: readonly (readonly [string, ChosenSeries])[] = whole
      ? (known ?? []).flatMap((row) =>
          row.level === 'series' ? [[row.seriesUid, { whole: true, instances: new Set<string>() }]] : [],
        )
      : [...chosen.series];
    const series: ListedSeries[] = [];
    for (const [seriesUid, one] of wanted) {
      const found = await this.series(new Map([...keys, [uniqueKey.series, seriesUid]]), one);
      if (found) series.push(found);
    }
    if (series.length > 0) return { keys, whole, series };
    if (whole) this.unknown++;
    return undefined;
  }

  private async series(keys: Keys, { whole, instances }: ChosenSeries): Promise<ListedSeries | undefined> {
    const rows = await this.listed('image', keys);
    if (rows === undefined) {
      const chosen = new Map([...instances].map((uid) => [uid, '']));
      return { keys, whole, instances: whole ? undefined : chosen };
    }
    const found = new Map<string, string>();
    for (const row of rows) {
      if (row.level === 'image' && (whole || instances.has(row.instanceUid))) {
        found.set(row.instanceUid, row.sopClassUid);
      }
    }
    this.unknown += whole ? Number(found.size === 0) : instances.size - found.size;
    return found.size === 0 ? undefined : { keys, whole, instances: found };
  }

  /** Rows of a level; undefined where the PACS refuses to list it. */
  private async listed(level: QueryLevel, above: Keys): Promise<readonly QueryRow[] | undefined> {
    try {
      return await this.rows(level, above);
    } catch (error) {
      if (GiftCloudError.is(error, 'NODE_REFUSED')) return undefined;
      throw error;
    }
  }

  private async rows(level: QueryLevel, above: Keys): Promise<readonly QueryRow[]> {
    const { finder } = this;
    const rows: QueryRow[] = [];
    await finder.find(level, keysAt(finder.model, level, {}, above), above, async (answer) => {
      const row = rowOf(level, answer);
      if (row) rows.push(row);
      else finder.refuse();
      return true;
    });
    return rows;
  }
}
