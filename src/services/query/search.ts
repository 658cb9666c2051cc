import type { Finder } from './finder.js';
import type { Keys } from './identifier.js';
import { keysAt, levelsOf, startOf, uniqueKey } from './keys.js';
import { rowOf, type Answer } from './rows.js';
import type { PatientRow, QueryLevel, QueryRequest, QueryRow, StudyRow } from './types.js';

/** Parents whose children are asked for; more make a search that should be narrowed. */
const mostParents = 10_000;

interface Parent {
  readonly above: Keys;
  readonly patient: PatientRow | undefined;
}

/** One search: goes through the levels between what the terms say and what is wanted, request after request. */
export class Search {
  rows = 0;
  /** The limit or the node ended it early. */
  more = false;

  constructor(
    private readonly finder: Finder,
    private readonly request: QueryRequest,
    private readonly emit: (row: QueryRow) => Promise<void>,
  ) {}

  /** @throws as `Finder.find` */
  async run(): Promise<void> {
    const { model, level, terms } = this.request;
    if (level === 'patient' && model === 'study') return this.patientsOfStudies();
    const start = startOf(model, level, terms);
    await this.descend(start.level, { above: start.above, patient: undefined });
  }

  private async descend(level: QueryLevel, { above, patient }: Parent): Promise<void> {
    const { model, level: target } = this.request;
    const parents: Parent[] = [];
    await this.find(level, above, async (answer) => {
      const row = rowOf(level, answer, patient);
      if (row !== undefined && level === target) return this.tell(row);
      // An empty unique key would ask for the children of everybody.
      if (row === undefined || answer.text(uniqueKey[level]) === '') this.finder.refuse();
      else if (parents.length >= mostParents) return this.stop();
      else parents.push(parentOf(level, answer, row, { above, patient }));
      return true;
    });
    const levels = levelsOf[model];
    const next = levels[levels.indexOf(level) + 1];
    if (next === undefined || level === target) return;
    for (const parent of parents) {
      if (this.isFull()) {
        this.more = true;
        return;
      }
      await this.descend(next, parent);
    }
  }

  /** Where there is no patient level the studies tell who there is. */
  private async patientsOfStudies(): Promise<void> {
    const known = new Map<string, PatientRow>();
    await this.find('study', new Map(), async (answer) => {
      const study = rowOf('study', answer);
      if (study?.level !== 'study') {
        this.finder.refuse();
        return true;
      }
      const id = JSON.stringify([study.patientId, study.patientName, study.birthDate]);
      const before = known.get(id);
      if (before === undefined && this.isFull()) return this.stop();
      const row = patientOf(study, (before?.studies ?? 0) + 1);
      known.set(id, row);
      if (before === undefined) this.rows++;
      await this.emit(row);
      return true;
    });
  }

  private async find(
    level: QueryLevel,
    above: Keys,
    take: (answer: Answer) => Promise<boolean>,
  ): Promise<void> {
    const { model, terms } = this.request;
    if (!(await this.finder.find(level, keysAt(model, level, terms, above), above, take))) this.more = true;
  }

  /** Noted before the node is told: one that does not obey is left. */
  private stop(): false {
    this.more = true;
    return false;
  }

  private async tell(row: QueryRow): Promise<boolean> {
    if (this.isFull()) return this.stop();
    this.rows++;
    await this.emit(row);
    return true;
  }

  private isFull(): boolean {
    const { limit } = this.request;
    return limit !== undefined && this.rows >= limit;
  }
}

function parentOf(level: QueryLevel, answer: Answer, row: QueryRow, { above, patient }: Parent): Parent {
  const tag = uniqueKey[level];
  return {
    above: new Map([...above, [tag, answer.text(tag)]]),
    patient: row.level === 'patient' ? row : patient,
  };
}

function patientOf({ patientId, patientName, birthDate, sex }: StudyRow, studies: number): PatientRow {
  return { level: 'patient', patientId, patientName, birthDate, sex, studies };
}
