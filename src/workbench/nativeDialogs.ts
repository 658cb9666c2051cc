import {
  ProgressLocation,
  QuickInputButtons,
  QuickPickItemKind,
  Uri,
  window,
  workspace,
  type CancellationToken,
  type QuickPickItem,
} from 'vscode';
import { back, type Choice, type Dialogs, type ListQuestion, type TextQuestion } from './dialogs.js';

/** The questions as the editor asks them. */
export const nativeDialogs: Dialogs = {
  async confirm({ severity, message, detail, action }) {
    const ask = severity === 'info' ? window.showInformationMessage : window.showWarningMessage;
    return (await ask(message, { modal: true, detail }, action)) === action;
  },

  async review({ message, detail, action, look }) {
    const chosen = await window.showInformationMessage(message, { modal: true, detail }, action, look);
    if (chosen === look) return 'look';
    return chosen === action ? 'yes' : 'no';
  },

  async notify(severity, message, actions) {
    if (severity === 'error') return window.showErrorMessage(message, ...actions);
    if (severity === 'warning') return window.showWarningMessage(message, ...actions);
    return window.showInformationMessage(message, ...actions);
  },

  askText,

  async pick(question, choices) {
    const picked = await window.showQuickPick(toItems(choices), pickOptions(question));
    return picked && 'value' in picked ? picked.value : undefined;
  },

  async pickMany(question, choices) {
    const picked = await window.showQuickPick(toItems(choices), {
      ...pickOptions(question),
      canPickMany: true as const,
    });
    return picked?.flatMap((item) => ('value' in item ? [item.value] : []));
  },

  async progress(title, work) {
    const options = { location: ProgressLocation.Notification, title, cancellable: true };
    await window.withProgress(options, (progress, token) =>
      work((state) => progress.report(state), toAbortSignal(token)),
    );
  },

  async busy(text, work) {
    return window.withProgress({ location: ProgressLocation.Window, title: text }, work);
  },

  async pickFile({ title, action }) {
    const picked = await window.showOpenDialog({ title, openLabel: action, defaultUri: firstFolder() });
    return picked?.[0];
  },

  async pickFolders({ title, action, many }) {
    return window.showOpenDialog({
      title,
      openLabel: action,
      canSelectFiles: false,
      canSelectFolders: true,
      canSelectMany: many,
      defaultUri: firstFolder(),
    });
  },
};

function firstFolder(): Uri {
  return workspace.workspaceFolders?.[0]?.uri ?? Uri.file('/');
}

type Item<T> = (QuickPickItem & { readonly value: T }) | QuickPickItem;

function toItems<T>(choices: readonly Choice<T>[]): Item<T>[] {
  return choices.flatMap(({ heading, ...choice }) =>
    heading === undefined ? [choice] : [{ label: heading, kind: QuickPickItemKind.Separator }, choice],
  );
}

function pickOptions(question: ListQuestion) {
  return {
    title: question.title,
    placeHolder: question.placeholder,
    matchOnDescription: true,
    ignoreFocusOut: question.passing !== true,
  };
}

function askText(question: TextQuestion): Promise<string | typeof back | undefined> {
  const box = window.createInputBox();
  box.title = question.title;
  box.prompt = question.prompt;
  box.placeholder = question.placeholder;
  box.value = question.value ?? '';
  box.password = question.password ?? false;
  box.step = question.step;
  box.totalSteps = question.totalSteps;
  box.buttons = question.canGoBack ? [QuickInputButtons.Back] : [];
  // Looking up a password in another window must not throw the sign-in away.
  box.ignoreFocusOut = true;
  return new Promise<string | typeof back | undefined>((done, fail) => {
    const accept = async (): Promise<void> => {
      const value = box.value;
      let problem = question.validate?.(value);
      if (problem === undefined && question.attempt) {
        box.enabled = false;
        box.busy = true;
        problem = await question.attempt(value);
        box.busy = false;
        box.enabled = true;
        if (problem !== undefined && question.password) box.value = '';
      }
      box.validationMessage = problem;
      if (problem === undefined) done(value);
      else box.show();
    };
    box.onDidAccept(() => {
      accept().catch(fail);
    });
    box.onDidChangeValue(() => (box.validationMessage = undefined));
    box.onDidTriggerButton(() => done(back));
    box.onDidHide(() => {
      // While an answer is tried the box may be hidden by a question about the certificate.
      if (!box.busy) done(undefined);
    });
    box.show();
  }).finally(() => box.dispose());
}

function toAbortSignal(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}
