import type { Uri } from 'vscode';
import type { back } from '../../../src/workbench/dialogs.js';
import {
  type Choice,
  type ConfirmQuestion,
  type Dialogs,
  type ListQuestion,
  type ProgressWork,
  type Severity,
  type TextQuestion,
} from '../../../src/workbench/dialogs.js';

export interface Notice {
  readonly severity: Severity;
  readonly message: string;
  readonly actions: readonly string[];
}

export const asOffered: unique symbol = Symbol('as offered');

/** What a person reads of one choice. */
export type Row = Pick<Choice<unknown>, 'heading' | 'label' | 'description' | 'detail' | 'picked'>;

/** Answers in place of a person, and keeps every text that a person would have seen. A question too many fails. */
export class ScriptedDialogs implements Dialogs {
  /** Answers to modal questions; `false` is Cancel, `look` the button of a review that looks first. */
  readonly confirms: (boolean | 'look')[] = [];
  /** Typed texts; `asOffered` confirms what is filled in already. */
  readonly texts: (string | typeof back | typeof asOffered | undefined)[] = [];
  /** Labels to pick from lists of one. */
  readonly picks: (string | undefined)[] = [];
  /** Labels to untick in lists of many; everything else stays as offered. */
  readonly unticks: (readonly string[] | undefined)[] = [];
  readonly folders: (readonly Uri[] | undefined)[] = [];
  readonly files: (Uri | undefined)[] = [];
  /** Picks from lists of these titles, where a test has none of its own. */
  readonly usual: [title: RegExp, label: string][] = [[/^Project .* Is Empty$/, 'Compatible Names']];
  /** Buttons to press on notifications, by a part of their text. */
  readonly presses: [notice: RegExp, button: string][] = [];
  /** Sees each progress text; `cancel` is the button Cancel. */
  onProgress: (message: string, cancel: () => void) => void = () => undefined;

  readonly questions: { readonly message: string; readonly detail: string }[] = [];
  readonly notices: Notice[] = [];
  readonly problems: string[] = [];
  readonly lists: { readonly title: string; readonly rows: readonly Row[] }[] = [];
  readonly usualLists: { readonly title: string; readonly rows: readonly Row[] }[] = [];
  readonly progressTexts: string[] = [];
  readonly prompts: TextQuestion[] = [];
  private readonly waiting: (() => void)[] = [];

  async confirm(question: ConfirmQuestion): Promise<boolean> {
    this.questions.push(question);
    return next(this.confirms, question.message) === true;
  }

  async review(question: ConfirmQuestion): Promise<'yes' | 'look' | 'no'> {
    this.questions.push(question);
    const answer = next(this.confirms, question.message);
    if (answer === 'look') return answer;
    return answer ? 'yes' : 'no';
  }

  async notify(severity: Severity, message: string, actions: readonly string[]): Promise<string | undefined> {
    this.notices.push({ severity, message, actions });
    for (const wake of this.waiting.splice(0)) wake();
    const press = this.presses.findIndex(([notice]) => notice.test(message));
    const [, button] = press < 0 ? [] : (this.presses.splice(press, 1)[0] ?? []);
    if (button !== undefined && !actions.includes(button)) throw new Error(`no button ${button}: ${message}`);
    return button;
  }

  async progress(title: string, work: ProgressWork): Promise<void> {
    const controller = new AbortController();
    this.progressTexts.push(title);
    await work(({ message }) => {
      this.progressTexts.push(message);
      this.onProgress(message, () => controller.abort());
    }, controller.signal);
  }

  async askText(question: TextQuestion): Promise<string | typeof back | undefined> {
    this.prompts.push(question);
    for (;;) {
      const typed = next(this.texts, question.prompt);
      const answer = typed === asOffered ? (question.value ?? '') : typed;
      if (typeof answer !== 'string') return answer;
      const problem = question.validate?.(answer) ?? (await question.attempt?.(answer));
      if (problem === undefined) return answer;
      this.problems.push(problem);
    }
  }

  busy<T>(text: string, work: () => Promise<T>): Promise<T> {
    this.progressTexts.push(text);
    return work();
  }

  async pick<T>(question: ListQuestion, choices: readonly Choice<T>[]): Promise<T | undefined> {
    const labels = choices.map(({ label }) => label);
    const usual = this.usual.find(([title]) => title.test(question.title));
    const lists = usual ? this.usualLists : this.lists;
    lists.push({ title: question.title, rows: choices.map(rowOf) });
    const wanted = usual ? usual[1] : next(this.picks, question.placeholder);
    if (wanted === undefined) return undefined;
    const choice = choices.find(({ label }) => label === wanted);
    if (!choice) throw new Error(`${wanted} is not offered: ${labels.join(', ')}`);
    return choice.value;
  }

  async pickMany<T>(
    question: ListQuestion,
    choices: readonly Choice<T>[],
  ): Promise<readonly T[] | undefined> {
    this.lists.push({ title: question.title, rows: choices.map(rowOf) });
    const unticked = next(this.unticks, question.placeholder);
    if (unticked === undefined) return undefined;
    return choices
      .filter(({ label, picked }) => picked === true && !unticked.includes(label))
      .map(({ value }) => value);
  }

  async pickFile({ title }: { title: string }): Promise<Uri | undefined> {
    return next(this.files, title);
  }

  async pickFolders({ title }: { title: string }): Promise<readonly Uri[] | undefined> {
    return next(this.folders, title);
  }

  /** The first notice that fits, also one that is still to come. */
  async notice(text: RegExp): Promise<Notice> {
    for (;;) {
      const found = this.notices.find(({ message }) => text.test(message));
      if (found) return found;
      await new Promise<void>((done) => this.waiting.push(done));
    }
  }

  /** Everything that reached the screen. */
  get screen(): string {
    const { questions, notices, problems, lists, usualLists, prompts, progressTexts } = this;
    return JSON.stringify([questions, notices, problems, lists, usualLists, prompts, progressTexts]);
  }
}

function next<T>(answers: T[], question: string): T {
  if (answers.length === 0) throw new Error(`nobody answers: ${question}`);
  return answers.shift() as T;
}

function rowOf({ value: _, ...row }: Choice<unknown>): Row {
  return row;
}
