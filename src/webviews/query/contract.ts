/** What the page of query and retrieve, and the extension say to each other. Types only: both sides are bundled apart. */

export type RowLevel = 'patient' | 'study' | 'series' | 'image';

/** Columns beside the first one, which names a row. */
export type ColumnName =
  | 'patientId'
  | 'birthDate'
  | 'sex'
  | 'date'
  | 'time'
  | 'modality'
  | 'description'
  | 'accession'
  | 'series'
  | 'instances';

/** One row of the results. On screen alone: neither side writes any of it down. */
export interface PageRow {
  /** Names the row in what the page asks for; of this search only. A row that is told again takes the place of the former. */
  readonly id: number;
  /** Of a row that was told before. */
  readonly parent?: number;
  readonly level: RowLevel;
  /** What names the row to a person. */
  readonly label: string;
  readonly cells: Readonly<Partial<Record<ColumnName, string>>>;
}

/** What is searched for, as it was typed. */
export interface SearchFields {
  readonly patientName: string;
  readonly patientId: string;
  /** YYYY-MM-DD, or empty. */
  readonly from: string;
  readonly to: string;
  readonly accessionNumber: string;
  readonly modality: string;
  readonly studyDescription: string;
  readonly studyUid: string;
  readonly seriesUid: string;
}

export type SearchField = keyof SearchFields;

export interface SearchForm {
  /** Name of the node, as the settings have it. */
  readonly node: string;
  readonly model: 'study' | 'patient';
  readonly fields: SearchFields;
}

export interface FieldProblem {
  readonly field: SearchField;
  readonly message: string;
}

export interface QuerySetup {
  readonly nodes: readonly { readonly name: string; readonly description: string }[];
  /** What was searched for in this window, last first; in memory alone. */
  readonly history: Readonly<Partial<Record<SearchField, readonly string[]>>>;
}

export type QueryCalls = {
  readonly setup: { readonly ask: null; readonly answer: QuerySetup };
  /** What can't be searched for, field by field, while it is typed. */
  readonly check: { readonly ask: SearchForm; readonly answer: readonly FieldProblem[] };
  /** Begins a search, in place of the one before. `started` is false where something is in the way, or a person said no. */
  readonly search: {
    readonly ask: SearchForm;
    readonly answer: { readonly started: boolean; readonly problems: readonly FieldProblem[] };
  };
  /** Goes on where the limit ended the search. */
  readonly more: { readonly ask: null; readonly answer: null };
  /** Fetches what lies below a row. */
  readonly expand: { readonly ask: { readonly row: number }; readonly answer: null };
  /** Ends the search and what is fetched for rows; what came stays. */
  readonly stop: { readonly ask: null; readonly answer: null };
  readonly send: { readonly ask: { readonly rows: readonly number[] }; readonly answer: null };
  readonly stopSending: { readonly ask: null; readonly answer: null };
  readonly testNode: { readonly ask: { readonly node: string }; readonly answer: string };
  readonly editNodes: { readonly ask: null; readonly answer: null };
  readonly showTransfers: { readonly ask: null; readonly answer: null };
};

export interface SendingState {
  readonly text: string;
  readonly running: boolean;
  /** 0 to 1; undefined where nobody knows. */
  readonly part?: number;
  /** What was not sent, and why. */
  readonly details: readonly string[];
}

export type QueryTelling =
  | { readonly kind: 'setup'; readonly setup: QuerySetup }
  /** A new search begins: what was shown goes. */
  | { readonly kind: 'cleared' }
  | { readonly kind: 'rows'; readonly rows: readonly PageRow[] }
  /** How the search is. `more`: there is more than was fetched. */
  | { readonly kind: 'search'; readonly running: boolean; readonly text: string; readonly more: boolean }
  | { readonly kind: 'failed'; readonly text: string }
  /** All that lies below a row is there, or why it is not. */
  | { readonly kind: 'expanded'; readonly row: number; readonly failed?: string }
  | { readonly kind: 'sending'; readonly sending: SendingState };

/** Texts that the page puts together itself, in the language of the editor. */
export interface QueryTexts {
  readonly columns: Readonly<Record<ColumnName | 'label', string>>;
  readonly levels: Readonly<Record<RowLevel, string>>;
  /** {0} of {1} rows. */
  readonly shown: string;
  /** {0} chosen. */
  readonly chosen: string;
  readonly loading: string;
  readonly noNodes: string;
}
