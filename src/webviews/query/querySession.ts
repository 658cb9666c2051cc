import { l10n } from 'vscode';
import { isBlank, termProblems } from '../../services/query/terms.js';
import type { QueryEvent, QueryRequest, QueryRow } from '../../services/query/types.js';
import type { Selection } from '../../services/retrieve/types.js';
import { toGiftCloudError } from '../../services/support/errors.js';
import type { Logger } from '../../services/support/logger.js';
import { errorText } from '../../workbench/texts.js';
import type { FieldProblem, QueryCalls, QuerySetup, QueryTelling, SearchForm } from './contract.js';
import { FoundRows } from './foundRows.js';
import { fieldProblem, levelOf, termsOf } from './searchTerms.js';
import type { TermHistory } from './termHistory.js';

/** Rows that a search fetches before it asks whether to go on; each "Show More" takes four times as many. */
const firstLimit = 500;

export interface SearchTools {
  nodes(): QuerySetup['nodes'];
  /** Whether everything that the PACS has is really wanted. */
  confirmEverything(node: string): Promise<boolean>;
  /** @param node name of a node of the settings */
  search(node: string, request: QueryRequest, signal: AbortSignal): AsyncIterable<QueryEvent>;
  readonly history: TermHistory;
  readonly logger: Logger;
}

/** One search and what it found, in memory for as long as the page is open. The page is told, and forgets when it is hidden. */
export class QuerySession {
  private found = new FoundRows();
  private stopping = new AbortController();
  private asked: SearchForm | undefined;
  private limit = firstLimit;
  private state: Extract<QueryTelling, { kind: 'search' }> | undefined;

  constructor(
    private readonly tools: SearchTools,
    private readonly tell: (told: QueryTelling) => void,
  ) {}

  /** Tells a page that came back all that was found. */
  tellAgain(): void {
    const rows = this.found.all();
    if (rows.length > 0) this.tell({ kind: 'rows', rows });
    if (this.state) this.tell(this.state);
  }

  setup(): QuerySetup {
    return { nodes: this.tools.nodes(), history: this.tools.history.terms };
  }

  check({ fields }: SearchForm): readonly FieldProblem[] {
    return termProblems(termsOf(fields)).map(fieldProblem);
  }

  async search(form: SearchForm): Promise<QueryCalls['search']['answer']> {
    const problems = this.check(form);
    if (problems.length > 0) return { started: false, problems };
    const everything = isBlank(termsOf(form.fields));
    if (everything && !(await this.tools.confirmEverything(form.node))) return { started: false, problems };
    this.tools.history.note(form.fields);
    this.stop();
    this.found = new FoundRows();
    this.asked = form;
    this.limit = firstLimit;
    this.tell({ kind: 'cleared' });
    void this.fetch();
    return { started: true, problems };
  }

  /** A PACS can't go on where it stopped: it is asked again, and what is known already is told once. */
  more(): void {
    this.limit *= 4;
    this.stop();
    void this.fetch();
  }

  async expand(id: number): Promise<void> {
    const { asked, found } = this;
    const row = found.row(id);
    const request = row && asked && below(row, asked, found.patientId(id));
    if (!request) return;
    const { signal } = this.stopping;
    let failed: string | undefined;
    try {
      for await (const event of this.tools.search(asked.node, request, signal)) {
        if (event.kind === 'rows' && !signal.aborted) this.tellRows(event.rows, id);
      }
    } catch (thrown) {
      failed = signal.aborted ? '' : this.failure(thrown);
    }
    // The rows of another search have the same numbers.
    if (this.found === found)
      this.tell({ kind: 'expanded', row: id, ...(failed !== undefined && { failed }) });
  }

  /** Ends what is fetched; what came stays. */
  stop(): void {
    this.stopping.abort();
    this.stopping = new AbortController();
    if (this.state?.running) this.tellState(false, l10n.t('Stopped: {0} found', this.found.count), true);
  }

  /** What was chosen, and where it is. */
  chosen(
    ids: readonly number[],
  ): { readonly form: SearchForm; readonly selections: readonly Selection[] } | undefined {
    return this.asked && { form: this.asked, selections: this.found.selections(ids) };
  }

  dispose(): void {
    this.stopping.abort();
    this.found = new FoundRows();
    this.state = undefined;
  }

  private async fetch(): Promise<void> {
    if (!this.asked) return;
    const { node, model, fields } = this.asked;
    const { signal } = this.stopping;
    const terms = termsOf(fields);
    const request = { model, level: levelOf(terms), terms, limit: this.limit, everything: isBlank(terms) };
    this.tellState(true, l10n.t('Searching…'), false);
    try {
      for await (const event of this.tools.search(node, request, signal)) {
        if (signal.aborted) return;
        if (event.kind === 'rows') {
          this.tellRows(event.rows);
          this.tellState(true, l10n.t('Searching: {0} found', this.found.count), false);
        } else this.tellEnd(event);
      }
    } catch (thrown) {
      // Whoever ended it said so.
      if (signal.aborted) return;
      this.tellState(false, l10n.t('Stopped: {0} found', this.found.count), false);
      this.tell({ kind: 'failed', text: this.failure(thrown) });
    }
  }

  private tellEnd({ more, unusable }: Extract<QueryEvent, { kind: 'done' }>): void {
    const { count } = this.found;
    const parts = [count === 0 ? l10n.t('Nothing found.') : l10n.t('{0} found', count)];
    if (more) parts.push(l10n.t('there are more'));
    if (unusable > 0) parts.push(l10n.t('{0} answers of the PACS could not be read', unusable));
    this.tellState(false, parts.join(', '), more);
  }

  private tellRows(rows: readonly QueryRow[], parent?: number): void {
    this.tell({ kind: 'rows', rows: this.found.add(rows, parent) });
  }

  private tellState(running: boolean, text: string, more: boolean): void {
    this.state = { kind: 'search', running, text, more };
    this.tell(this.state);
  }

  private failure(thrown: unknown): string {
    const error = toGiftCloudError(thrown);
    this.tools.logger.warn('search of a PACS failed', { code: error.code });
    return errorText(error);
  }
}

/** What fetches the rows below a row; undefined where nothing is below, or it is there already. */
function below(
  row: QueryRow,
  { model }: SearchForm,
  patientId: string | undefined,
): QueryRequest | undefined {
  // Study Root finds what is below by UIDs alone; a patient ID would make it look for the study first.
  const patient = model === 'patient' && patientId !== undefined && { patientId };
  switch (row.level) {
    case 'study':
      return { model, level: 'series', terms: { ...patient, studyUids: [row.studyUid] } };
    case 'series': {
      const { studyUid, seriesUid } = row;
      return { model, level: 'image', terms: { ...patient, studyUids: [studyUid], seriesUids: [seriesUid] } };
    }
    default:
      return undefined;
  }
}
