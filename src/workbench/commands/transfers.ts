import { l10n } from 'vscode';
import type { QueuedJob, TransferQueue } from '../../services/queue/types.js';
import { cancelled } from '../../services/support/errors.js';
import {
  actionsOf,
  jobNodeOf,
  isTransferNode,
  type JobAction,
  type TransferNode,
  type TransferRow,
} from '../../tree/transferNodes.js';
import type { CommandHandler } from '../commands.js';
import type { Dialogs } from '../dialogs.js';
import type { JobFiles } from '../jobFiles.js';
import { serverHost } from '../serverUrl.js';
import type { SignIn } from '../signIn.js';
import type { Transfers } from '../transfers.js';
import { askWhoIsWho } from '../whoIsWho.js';

type Rows = readonly TransferRow[];

export interface TransferCommandParts {
  readonly transfers: Transfers;
  readonly signIn: SignIn;
  readonly dialogs: Dialogs;
  readonly selection: () => readonly TransferNode[];
}

/** "Pause", "Cancel": what a job allows at any time. */
export function jobCommand(
  { transfers, selection }: TransferCommandParts,
  action: JobAction,
  act: (queue: TransferQueue, ids: readonly string[]) => Promise<void>,
): CommandHandler {
  return async (...args) => {
    const rows = chosenRows(args, selection(), action);
    if (rows.length > 0) await act(await transfers.queue(), idsOf(rows));
  };
}

/** "Let Held Files Go On": where nobody can say whose they are, the person is asked. */
export function releaseCommand(parts: TransferCommandParts): CommandHandler {
  return goOnCommand(parts, 'release', async (queue, ids) => {
    const session = await parts.signIn.require();
    const { serverUrl, userName } = session.account;
    for (const { id, server, user, project } of queue.jobs().filter((job) => ids.includes(job.id))) {
      const ours = server === serverUrl && user === userName;
      const ask = ours ? askWhoIsWho(await session.archive(), project, parts.dialogs) : undefined;
      await queue.release([id], ask);
    }
  });
}

/** "Retry", "Resume": what only goes on when somebody is signed in. */
export function goOnCommand(
  parts: TransferCommandParts,
  action: JobAction,
  act: (queue: TransferQueue, ids: readonly string[]) => Promise<void>,
): CommandHandler {
  const command = jobCommand(parts, action, act);
  return async (...args) => {
    const rows = chosenRows(args, parts.selection(), action);
    if (rows.length === 0) return;
    const { account } = await parts.signIn.require();
    await command(...args);
    const foreign = rows
      .flatMap((row) => (row.kind === 'job' ? [row.job] : []))
      .find(({ server, user }) => server !== account.serverUrl || user !== account.userName);
    if (foreign) void parts.dialogs.notify('info', waitsForSignIn(foreign), []);
  };
}

/** "Discard…": forgets jobs; data that was received is nowhere else, so it takes a word that is typed. */
export function discardCommand(parts: TransferCommandParts): CommandHandler {
  return async (...args) => {
    const { transfers, dialogs, selection } = parts;
    const rows = chosenRows(args, selection(), 'discard');
    if (rows.length === 0) return;
    const received = rows.some((row) => row.kind === 'unreadable' || row.job.origin.kind !== 'files');
    if (!(received ? await typed(rows.length, dialogs) : await confirmed(rows.length, dialogs)))
      throw cancelled();
    await (await transfers.queue()).discard(idsOf(rows));
  };
}

/** "Clear Finished Transfers": takes archived jobs out of the list; their receipts stay. */
export function clearCommand(transfers: Transfers): CommandHandler {
  return async () => {
    const queue = await transfers.queue();
    const done = queue.jobs().filter(({ state }) => state === 'archived');
    await queue.discard(done.map(({ id }) => id));
  };
}

/** "Show Receipt" of a job. */
export function jobReceiptCommand({ selection }: TransferCommandParts, receipts: JobFiles): CommandHandler {
  return async (...args) => {
    const [row] = chosenRows(args, selection(), 'receipt');
    if (row?.kind === 'job' && row.job.receipt !== undefined) await receipts.show(row.job.receipt);
  };
}

function chosenRows(args: readonly unknown[], selection: readonly TransferNode[], action: JobAction): Rows {
  const [clicked, chosen] = args;
  // The row went while it was clicked: no other is meant.
  if (args.length > 0 && clicked === undefined) return [];
  const all = Array.isArray(chosen) ? chosen.filter(isTransferNode) : [];
  const nodes = !isTransferNode(clicked)
    ? selection
    : all.some(({ id }) => id === clicked.id)
      ? all
      : [clicked];
  const rows = new Set(nodes.map(jobNodeOf));
  return [...rows].filter((row) => actionsOf(row).includes(action));
}

function idsOf(rows: Rows): readonly string[] {
  return rows.map(({ job }) => job.id);
}

function confirmed(count: number, dialogs: Dialogs): Promise<boolean> {
  return dialogs.confirm({
    severity: 'warning',
    message: count === 1 ? l10n.t('Discard this transfer?') : l10n.t('Discard {0} transfers?', count),
    detail: l10n.t('What is not archived yet is not sent. The files on your disk stay as they are.'),
    action: l10n.t('Discard'),
  });
}

async function typed(count: number, dialogs: Dialogs): Promise<boolean> {
  const word = l10n.t('discard');
  const answer = await dialogs.askText({
    title:
      count === 1 ? l10n.t('Discard Received Data') : l10n.t('Discard Received Data of {0} Transfers', count),
    prompt: l10n.t(
      'It is deleted for good, and this machine may have the only copy. Type "{0}" to do so.',
      word,
    ),
    validate: (text) =>
      text.trim().toLowerCase() === word ? undefined : l10n.t('Type "{0}", or press Escape.', word),
  });
  return typeof answer === 'string';
}

function waitsForSignIn({ user, server }: QueuedJob): string {
  return l10n.t('It goes on once you are signed in as {0}.', `${user}@${serverHost(server)}`);
}
