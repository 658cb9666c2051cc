import type { Uri } from 'vscode';
import type { ProgressReport } from './progressThrottle.js';

/** What `TextQuestion` answers when the person goes one step back; the same in every bundle. */
export const back: unique symbol = Symbol.for('giftcloud.back');

export interface TextQuestion {
  readonly title: string;
  readonly prompt: string;
  readonly placeholder?: string;
  readonly value?: string;
  readonly password?: boolean;
  readonly step?: number;
  readonly totalSteps?: number;
  readonly canGoBack?: boolean;
  /** Says what is wrong with the text, if anything. */
  readonly validate?: (value: string) => string | undefined;
  /** Tries the answer; a text keeps the box open so that it can be corrected in place, an error closes it. */
  readonly attempt?: (value: string) => Promise<string | undefined>;
}

export interface Choice<T> {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  /** Ticked at first, in a list of many. */
  readonly picked?: boolean;
  /** Heading shown above this choice. */
  readonly heading?: string;
  readonly value: T;
}

export interface ListQuestion {
  readonly title: string;
  readonly placeholder: string;
  /** Goes when the person turns to something else: it shows what nobody else should see. */
  readonly passing?: boolean;
}

export type Severity = 'info' | 'warning' | 'error';

export interface ConfirmQuestion {
  readonly severity: 'info' | 'warning';
  readonly message: string;
  readonly detail: string;
  /** The button that says yes, beside Cancel. */
  readonly action: string;
}

/** Work that takes a while: it says how far it is, and ends early when its signal is aborted. */
export type ProgressWork = (report: (state: ProgressReport) => void, signal: AbortSignal) => Promise<void>;

/**
 * Every question and message to the person goes through here. The editor refuses dialogs inside its test host, so
 * suites answer in its place; it is also the one list of all texts that reach the screen.
 */
export interface Dialogs {
  /** A modal question; false for Cancel. */
  confirm(question: ConfirmQuestion): Promise<boolean>;
  /** A modal question that can be looked into first, with a second button; any button closes it. */
  review(question: ConfirmQuestion & { readonly look: string }): Promise<'yes' | 'look' | 'no'>;
  /** A notification; gives the button that was chosen. */
  notify(severity: Severity, message: string, actions: readonly string[]): Promise<string | undefined>;
  askText(question: TextQuestion): Promise<string | typeof back | undefined>;
  pick<T>(question: ListQuestion, choices: readonly Choice<T>[]): Promise<T | undefined>;
  pickMany<T>(question: ListQuestion, choices: readonly Choice<T>[]): Promise<readonly T[] | undefined>;
  /** A notification with progress and Cancel; it stays until the work has ended, also after Cancel. */
  progress(title: string, work: ProgressWork): Promise<void>;
  /** A spinner with a text in the status bar, for work that takes some seconds. */
  busy<T>(text: string, work: () => Promise<T>): Promise<T>;
  /** A file of the machine that the extension host runs on. */
  pickFile(question: { title: string; action: string }): Promise<Uri | undefined>;
  /** Folders of the machine that the extension host runs on. */
  pickFolders(question: {
    title: string;
    action: string;
    many: boolean;
  }): Promise<readonly Uri[] | undefined>;
}
