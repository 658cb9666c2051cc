import type { Uri } from 'vscode';
import type { back } from '../../../src/workbench/dialogs.js';
import {
  type Choice,
  type Dialogs,
  type ListQuestion,
  type Severity,
  type TextQuestion,
} from '../../../src/workbench/dialogs.js';

export interface Notice {
  readonly severity: Severity;
  readonly message: string;
  readonly actions: readonly string[];
}

/** Answers in place of a person, and keeps every text that a person would have seen. A question too many fails. */
export class ScriptedDialogs implements Dialogs {
  /** Answers to modal questions; `false` is Cancel. */
  readonly confirms: boolean[] = [];
  /** Typed texts. */
  readonly texts: (string | typeof back | undefined)[] = [];
  /** Labels to pick from lists of one. */
  readonly picks: (string | undefined)[] = [];
  /** Labels to untick in lists of many; everything else stays as offered. */
  readonly unticks: (readonly string[] | undefined)[] = [];
  readonly folders: (readonly Uri[] | undefined)[] = [];

  readonly questions: { readonly message: string; readonly detail: string }[] = [];
  readonly notices: Notice[] = [];
  readonly problems: string[] = [];
  readonly lists: { readonly title: string; readonly labels: readonly string[] }[] = [];
  readonly prompts: TextQuestion[] = [];
  private readonly waiting: (() => void)[] = [];

  async confirm(question: { message: string; detail: string; action: string }): Promise<boolean> {
    this.questions.push(question);
    return next(this.confirms, question.message);
  }

  async notify(severity: Severity, message: string, actions: readonly string[]): Promise<undefined> {
    this.notices.push({ severity, message, actions });
    for (const wake of this.waiting.splice(0)) wake();
  }

  async askText(question: TextQuestion): Promise<string | typeof back | undefined> {
    this.prompts.push(question);
    for (;;) {
      const answer = next(this.texts, question.prompt);
      if (typeof answer !== 'string') return answer;
      const problem = question.validate?.(answer) ?? (await question.attempt?.(answer));
      if (problem === undefined) return answer;
      this.problems.push(problem);
    }
  }

  async pick<T>(question: ListQuestion, choices: readonly Choice<T>[]): Promise<T | undefined> {
    const labels = choices.map(({ label }) => label);
    this.lists.push({ title: question.title, labels });
    const wanted = next(this.picks, question.placeholder);
    if (wanted === undefined) return undefined;
    const choice = choices.find(({ label }) => label === wanted);
    if (!choice) throw new Error(`${wanted} is not offered: ${labels.join(', ')}`);
    return choice.value;
  }

  async pickMany<T>(
    question: ListQuestion,
    choices: readonly Choice<T>[],
  ): Promise<readonly T[] | undefined> {
    this.lists.push({ title: question.title, labels: choices.map(({ label }) => label) });
    const unticked = next(this.unticks, question.placeholder);
    if (unticked === undefined) return undefined;
    return choices
      .filter(({ label, picked }) => picked === true && !unticked.includes(label))
      .map(({ value }) => value);
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
    return JSON.stringify([this.questions, this.notices, this.problems, this.lists, this.prompts]);
  }
}

function next<T>(answers: T[], question: string): T {
  if (answers.length === 0) throw new Error(`nobody answers: ${question}`);
  return answers.shift() as T;
}
