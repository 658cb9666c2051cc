/** What the settings page and the extension say to each other. Types only: both sides are bundled apart. */

/** What stands in a control: a text, also for numbers; one entry a line for lists. */
export type FieldValue = string | boolean;

export interface FieldState {
  readonly value: FieldValue;
  /** Why it can't be applied; empty when it can. */
  readonly problem: string;
  readonly changed: boolean;
  /** Something to know about it, such as a workspace that says otherwise; may be empty. */
  readonly note: string;
}

/** What the page shows of the settings: those that were applied, with what was typed since. */
export interface FieldsState {
  /** By the name of the setting. */
  readonly fields: Readonly<Record<string, FieldState>>;
  readonly changes: string;
  readonly canApply: boolean;
  readonly canDiscard: boolean;
}

export interface Project {
  readonly id: string;
  readonly label: string;
}

/** Never with a password. */
export interface AccountState {
  readonly signedIn: boolean;
  readonly serverUrl: string;
  readonly userName: string;
  /** Who is signed in where, or that nobody is. */
  readonly text: string;
  /** Undefined until the server gave them. */
  readonly projects?: readonly Project[];
  /** Why there are no projects; may be empty. */
  readonly failure: string;
}

/** A DICOM node as the form has it: everything as it was typed. */
export interface NodeForm {
  readonly name: string;
  readonly aeTitle: string;
  readonly host: string;
  readonly port: string;
  readonly callingAe: string;
  readonly retrieve: string;
  readonly timeoutSeconds: string;
  readonly tls: boolean;
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
}

export interface NodeRow extends NodeForm {
  /** Why it can't be used; empty when it can. */
  readonly problem: string;
}

/** A node as it is to become, and the name that it had; empty for a new one. */
export interface NodeEdit {
  readonly node: NodeForm;
  readonly replaced: string;
}

export interface FindingLine {
  readonly outcome: 'running' | 'good' | 'warning' | 'bad' | 'skipped';
  /** The outcome in a word. */
  readonly word: string;
  readonly step: string;
  readonly text: string;
  readonly hint: string;
}

export interface ProfileWords {
  readonly title: string;
  readonly lines: readonly string[];
}

export interface PageState {
  /** To be shown whatever was open before. */
  readonly section?: string;
  readonly fields: FieldsState;
  readonly account: AccountState;
  readonly nodes: readonly NodeRow[];
  readonly listener: string;
  readonly diagnosis: readonly FindingLine[];
  readonly diagnosing: boolean;
  /** Whether the person has said yet that the disclaimer was read. */
  readonly disclaimer: boolean;
}

export type SettingsCalls = {
  /** The page is there, for the first time or again. */
  readonly ready: { readonly ask: null; readonly answer: PageState };
  readonly edit: {
    readonly ask: { readonly name: string; readonly value: FieldValue };
    readonly answer: FieldsState;
  };
  readonly apply: { readonly ask: null; readonly answer: FieldsState };
  readonly discard: { readonly ask: null; readonly answer: FieldsState };
  /** Lets the person choose a file or folder for a setting. */
  readonly browse: { readonly ask: string; readonly answer: FieldsState };
  readonly understood: { readonly ask: null; readonly answer: null };
  /** What is wrong with the address of a server as far as it is typed; empty when nothing is. */
  readonly checkAddress: { readonly ask: string; readonly answer: string };
  readonly signIn: {
    readonly ask: { readonly serverUrl: string; readonly userName: string; readonly password: string };
    readonly answer: null;
  };
  readonly signOut: { readonly ask: null; readonly answer: null };
  /** The certificate that the server at this address shows, in lines. */
  readonly certificate: { readonly ask: string; readonly answer: readonly string[] };
  /** Opens the page of the server on which an account is asked for. */
  readonly register: { readonly ask: string; readonly answer: null };
  /** What the profile that is chosen now does. */
  readonly words: { readonly ask: null; readonly answer: ProfileWords };
  /** What the scripts of the server mean for an upload into the default project. */
  readonly scripts: { readonly ask: null; readonly answer: readonly string[] };
  /** What is wrong with each part of a node; parts that are good are left out. */
  readonly checkNode: { readonly ask: NodeEdit; readonly answer: Readonly<Record<string, string>> };
  readonly saveNode: { readonly ask: NodeEdit; readonly answer: readonly NodeRow[] };
  readonly removeNode: { readonly ask: string; readonly answer: readonly NodeRow[] };
  readonly testNode: { readonly ask: NodeForm; readonly answer: FindingLine };
  readonly testPort: { readonly ask: null; readonly answer: FindingLine };
  /** Whether the patient list has a password; the two that follow answer the same when they are done. */
  readonly listState: { readonly ask: null; readonly answer: string };
  readonly setListPassword: { readonly ask: null; readonly answer: string };
  readonly exportList: { readonly ask: null; readonly answer: string };
  readonly diagnose: { readonly ask: null; readonly answer: null };
  readonly stopDiagnosis: { readonly ask: null; readonly answer: null };
  readonly copyDiagnosis: { readonly ask: null; readonly answer: null };
};

export type ToldSettings =
  | { readonly kind: 'fields'; readonly fields: FieldsState }
  | { readonly kind: 'account'; readonly account: AccountState }
  | { readonly kind: 'nodes'; readonly nodes: readonly NodeRow[] }
  | { readonly kind: 'listener'; readonly text: string }
  | { readonly kind: 'diagnosis'; readonly lines: readonly FindingLine[]; readonly running: boolean }
  | { readonly kind: 'section'; readonly section: string };

/** Texts that the page puts together itself, in the language of the editor. */
export interface PageTexts {
  /** {0}: name of the node. */
  readonly editNode: string;
  readonly testNode: string;
  readonly removeNode: string;
  readonly edit: string;
  readonly test: string;
  readonly remove: string;
  readonly testing: string;
  readonly addNode: string;
  readonly changeNode: string;
  readonly saved: string;
  readonly applied: string;
  readonly noProject: string;
  readonly signingIn: string;
}
