import { l10n } from 'vscode';
import type { ImageRow, PatientRow, QueryRow, SeriesRow, StudyRow } from '../../services/query/types.js';
import type { Selection } from '../../services/retrieve/types.js';
import type { PageRow } from './contract.js';
import { dateText, nameText, timeText } from './valueTexts.js';

/** A row that was found, with its place among the others. */
interface Found {
  readonly id: number;
  readonly parent: Found | undefined;
  readonly row: QueryRow;
}

/**
 * The rows of one search: the PACS answers with studies, which stand below their patients here. In memory alone, and gone with
 * the search.
 */
export class FoundRows {
  private readonly byKey = new Map<string, Found>();
  private readonly byId = new Map<number, Found>();
  private searched = 0;

  /** Rows that the search itself found; not those that were fetched below them. */
  get count(): number {
    return this.searched;
  }

  /** What the page has to be told when it begins anew, parents first. */
  all(): PageRow[] {
    return [...this.byId.values()].map(pageRow);
  }

  row(id: number): QueryRow | undefined {
    return this.byId.get(id)?.row;
  }

  /** Takes rows of a search, or those below `parent`. Gives what the page has to be told, parents first. */
  add(rows: readonly QueryRow[], parent?: number): PageRow[] {
    const told: PageRow[] = [];
    for (const row of rows) {
      const above =
        parent !== undefined
          ? this.byId.get(parent)
          : row.level === 'study'
            ? this.patientOf(row, told)
            : undefined;
      const known = this.byKey.get(keyOf(row));
      if (!known && parent === undefined) this.searched += 1;
      told.push(pageRow(this.keep({ id: known?.id ?? this.byId.size, parent: known?.parent ?? above, row })));
    }
    return told;
  }

  /**
   * What a choice of rows means: rows below a chosen one add nothing; a patient stands for the studies that are shown below, as the
   * search may have been for some of them only.
   */
  selections(ids: readonly number[]): Selection[] {
    const chosen = new Set(ids);
    const isBelowChosen = ({ parent }: Found): boolean =>
      parent !== undefined && (chosen.has(parent.id) || isBelowChosen(parent));
    return [...this.byId.values()].flatMap((found) => {
      const { id, row, parent } = found;
      const stands = row.level !== 'patient' && chosen.has(id) && !isBelowChosen(found);
      const isOfPatient = parent?.row.level === 'patient' && chosen.has(parent.id);
      return stands || isOfPatient ? (selectionOf(found) ?? []) : [];
    });
  }

  /** The patient ID that stands above a row, which Patient Root needs on every level; undefined where there is none. */
  patientId(id: number): string | undefined {
    const found = this.byId.get(id);
    return found && patientIdOf(found);
  }

  private patientOf(study: StudyRow, told: PageRow[]): Found {
    const { patientId, patientName, birthDate, sex } = study;
    const row: PatientRow = { level: 'patient', patientId, patientName, birthDate, sex, studies: undefined };
    const known = this.byKey.get(keyOf(row));
    if (known) return known;
    const found = this.keep({ id: this.byId.size, parent: undefined, row });
    told.push(pageRow(found));
    return found;
  }

  private keep(found: Found): Found {
    this.byKey.set(keyOf(found.row), found);
    this.byId.set(found.id, found);
    return found;
  }
}

/** The ID of the patient that a row belongs to, where it is known. */
function patientIdOf({ row, parent }: Found): string | undefined {
  if ('patientId' in row) return row.patientId === '' ? undefined : row.patientId;
  return parent && patientIdOf(parent);
}

function selectionOf(found: Found): Selection | undefined {
  const { row } = found;
  const patientId = patientIdOf(found);
  const patient = patientId !== undefined && { patientId };
  switch (row.level) {
    case 'patient':
      return undefined;
    case 'study':
      return { level: 'study', studyUid: row.studyUid, ...patient };
    case 'series':
      return { level: 'series', studyUid: row.studyUid, seriesUid: row.seriesUid, ...patient };
    case 'image': {
      const { studyUid, seriesUid, instanceUid } = row;
      return { level: 'image', studyUid, seriesUid, instanceUid, ...patient };
    }
  }
}

/** Rows with the same key are the same. IDs are given anew by other hospitals: the name and date of birth belong to the key. */
function keyOf(row: QueryRow): string {
  switch (row.level) {
    case 'patient':
      return JSON.stringify([row.patientId, row.patientName, row.birthDate]);
    case 'study':
      return row.studyUid;
    case 'series':
      return row.seriesUid;
    case 'image':
      return row.instanceUid;
  }
}

function pageRow({ id, parent, row }: Found): PageRow {
  return { id, ...(parent && { parent: parent.id }), level: row.level, ...wordsOf(row) };
}

function wordsOf(row: QueryRow): Pick<PageRow, 'label' | 'cells'> {
  switch (row.level) {
    case 'patient':
      return ofPatient(row);
    case 'study':
      return ofStudy(row);
    case 'series':
      return ofSeries(row);
    case 'image':
      return ofImage(row);
  }
}

function ofPatient({ patientId, patientName, birthDate, sex }: PatientRow): Pick<PageRow, 'label' | 'cells'> {
  const label = nameText(patientName) || patientId || l10n.t('Unknown patient');
  return { label, cells: { patientId, birthDate: dateText(birthDate), sex } };
}

function ofStudy(row: StudyRow): Pick<PageRow, 'label' | 'cells'> {
  const { date, time, description, studyId, accessionNumber, modalities, series, instances } = row;
  return {
    label: description || studyId || dateText(date) || l10n.t('Study'),
    cells: {
      ...{ date: dateText(date), time: timeText(time), description, accession: accessionNumber },
      modality: modalities.join(', '),
      ...counts({ series, instances }),
    },
  };
}

function ofSeries(row: SeriesRow): Pick<PageRow, 'label' | 'cells'> {
  const { number, description, bodyPart, modality, date, time, instances } = row;
  const name = number === '' ? l10n.t('Series') : l10n.t('Series {0}', number);
  return {
    label: description === '' ? name : `${name}: ${description}`,
    cells: {
      ...{ modality, date: dateText(date), time: timeText(time) },
      description: [description, bodyPart].filter((part) => part !== '').join(', '),
      ...counts({ instances }),
    },
  };
}

function ofImage({ number, imageType, date, time, frames }: ImageRow): Pick<PageRow, 'label' | 'cells'> {
  return {
    label: number === '' ? l10n.t('Image') : l10n.t('Image {0}', number),
    cells: {
      ...{ date: dateText(date), time: timeText(time) },
      description:
        frames === undefined || frames < 2 ? imageType : l10n.t('{0}, {1} frames', imageType, frames),
    },
  };
}

function counts(numbers: {
  readonly series?: number | undefined;
  readonly instances?: number | undefined;
}): PageRow['cells'] {
  return Object.fromEntries(
    Object.entries(numbers).flatMap(([name, count]) => (count === undefined ? [] : [[name, String(count)]])),
  );
}
