import { env, l10n, workspace, window } from 'vscode';
import type { Receipt } from '../../services/pipeline/types.js';
import { cancelled, GiftCloudError, toGiftCloudError } from '../../services/support/errors.js';
import { undoPlan, undoText } from '../../services/undo/undoPlan.js';
import type { UndoPlan, UndoResult } from '../../services/undo/types.js';
import type { Archive } from '../../services/xnat/archive.js';
import type { ArchiveTree } from '../../tree/archiveTree.js';
import type { CommandHandler } from '../commands.js';
import type { Dialogs } from '../dialogs.js';
import type { JobFiles } from '../jobFiles.js';
import type { LazyServices } from '../lazyServices.js';
import type { SignIn } from '../signIn.js';
import { counted, errorText } from '../texts.js';

export interface UndoParts {
  readonly receipts: JobFiles;
  readonly services: LazyServices;
  readonly signIn: SignIn;
  readonly tree: ArchiveTree;
  readonly dialogs: Dialogs;
}

/** More places than fit into a question are counted only. */
const shownPlaces = 8;

/**
 * "Undo Upload…": shows what an upload put on the server. An owner removes exactly that, after a word that is typed; for
 * everybody else, who may not remove anything, it writes a request to an owner.
 */
export function undoUploadCommand(parts: UndoParts): CommandHandler {
  return async () => {
    const session = await parts.signIn.require();
    const archive = await session.archive();
    const plan = await pickPlan(parts, archive);
    if (!(await archive.isOwner(plan.project))) {
      await writeRequest(plan, parts.dialogs);
      return;
    }
    if (!(await isConfirmed(plan, parts.dialogs))) throw cancelled();
    const services = await parts.services.get();
    let result: UndoResult | undefined;
    try {
      await parts.dialogs.progress(
        l10n.t('Undoing an upload to {0}', plan.project),
        async (report, signal) => {
          const onProgress = (done: number): void =>
            report({ message: l10n.t('{0} of {1}', done, counted.files(plan.files)) });
          result = await services.undo(archive, plan, onProgress, signal);
        },
      );
    } catch (thrown) {
      const error = toGiftCloudError(thrown);
      if (error.code !== 'CANCELLED') throw error;
      void parts.dialogs.notify(
        'warning',
        l10n.t('{0} What was removed so far is gone.', errorText(error)),
        [],
      );
    } finally {
      parts.tree.refresh();
    }
    if (result) void showResult(result, parts.dialogs);
  };
}

/** @throws USAGE where no upload left anything, CANCELLED without an answer. */
async function pickPlan({ receipts, dialogs }: UndoParts, archive: Archive): Promise<UndoPlan> {
  const plans = (await receipts.texts())
    .map((text) => undoPlan(JSON.parse(text) as Receipt))
    .filter(({ server, series }) => server === archive.serverUrl && series.length > 0);
  if (plans.length === 0) {
    throw new GiftCloudError('USAGE', l10n.t('No upload from here put anything on this server.'), {
      hint: l10n.t('What was there before an upload, or came from another machine, is not undone here.'),
    });
  }
  const picked = await dialogs.pick(
    { title: l10n.t('Undo Upload'), placeholder: l10n.t('Upload to take back') },
    plans.map((plan) => ({
      label: new Date(plan.finished).toLocaleString(env.language),
      description: `${plan.project} · ${counted.series(plan.series.length)} · ${counted.files(plan.files)}`,
      detail: placesOf(plan).slice(0, shownPlaces).join(', '),
      value: plan,
    })),
  );
  if (picked === undefined) throw cancelled();
  return picked;
}

async function isConfirmed(plan: UndoPlan, dialogs: Dialogs): Promise<boolean> {
  const places = placesOf(plan);
  const rest = places.length - shownPlaces;
  const goesOn = await dialogs.confirm({
    severity: 'warning',
    message: l10n.t('Remove {0} from project {1}?', counted.files(plan.files), plan.project),
    detail: [
      ...places.slice(0, shownPlaces),
      ...(rest > 0 ? [l10n.t('and {0} more', counted.series(rest))] : []),
      '',
      l10n.t(
        'What others added there stays. Scans, experiments and subjects go only when nothing is left in them.',
      ),
    ].join('\n'),
    action: l10n.t('Continue'),
  });
  if (!goesOn) return false;
  const word = l10n.t('remove');
  const typed = await dialogs.askText({
    title: l10n.t('Undo Upload'),
    prompt: l10n.t('It is removed from the server for good. Type "{0}" to do so.', word),
    validate: (text) =>
      text.trim().toLowerCase() === word ? undefined : l10n.t('Type "{0}", or press Escape.', word),
  });
  return typeof typed === 'string';
}

/** For somebody who may not remove anything: labels of the server and new UIDs, nothing of the patients. */
async function writeRequest(plan: UndoPlan, dialogs: Dialogs): Promise<void> {
  const content = [
    l10n.t('Please remove what this upload put into the project. What others added there should stay.'),
    '',
    undoText(plan),
  ].join('\n');
  const document = await workspace.openTextDocument({ language: 'markdown', content });
  await window.showTextDocument(document, { preview: true });
  const copy = l10n.t('Copy Request');
  const text = l10n.t('Only an owner of the project may remove data. The request names no patient.');
  if ((await dialogs.notify('info', text, [copy])) === copy) await env.clipboard.writeText(content);
}

async function showResult(
  { filesRemoved, filesGone, removed, left }: UndoResult,
  dialogs: Dialogs,
): Promise<void> {
  const parts = [l10n.t('Removed {0} and {1}.', counted.files(filesRemoved), counted.places(removed.length))];
  if (filesGone > 0) parts.push(l10n.t('{0} were gone already.', counted.files(filesGone)));
  if (left.length > 0) parts.push(l10n.t('Not removed: {0}.', left.slice(0, shownPlaces).join('; ')));
  await dialogs.notify(left.length > 0 ? 'warning' : 'info', parts.join(' '), []);
}

function placesOf({ series }: UndoPlan): readonly string[] {
  return series.map(
    ({ place, files }) =>
      `${place.subject}/${place.experiment}/${place.scan} (${counted.files(files.length)})`,
  );
}
