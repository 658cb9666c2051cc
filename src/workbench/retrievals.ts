import { EventEmitter, l10n, workspace, type Event } from 'vscode';
import type { QueryModel } from '../services/query/types.js';
import type { QueuedJob } from '../services/queue/types.js';
import type {
  RetrieveEvent,
  RetrieveRequest,
  RetrieveResult,
  Selection,
} from '../services/retrieve/types.js';
import type { SpoolDestination } from '../services/spool/types.js';
import { Disposable } from '../services/support/disposable.js';
import { throwIfAborted } from '../services/support/errors.js';
import type { Dialogs } from './dialogs.js';
import { destinationIn } from './destination.js';
import { listenerSettings } from './dicomSettings.js';
import type { KeyDesk } from './keyDesk.js';
import { listenerOptions, pacsConnection } from './pacsConnection.js';
import type { PacsNode } from './pacsNodes.js';
import { pickProject } from './projectPick.js';
import { archivedState, retrieveState, type RetrievalState } from './retrievalTexts.js';
import type { Settings } from './settings.js';
import type { SignIn } from './signIn.js';
import type { Transfers } from './transfers.js';
import { requireTrust } from './trust.js';

export interface RetrievalOrder {
  readonly node: PacsNode;
  readonly model: QueryModel;
  readonly selections: readonly Selection[];
}

/** What a person chose in a PACS, on its way: project, retrieval into the spool, and the job of the queue that uploads it. */
export class Retrievals extends Disposable {
  private readonly finished = this.register(new EventEmitter<void>());
  /** A retrieval ended; what came waits in the transfer queue. */
  readonly onDidFinish: Event<void> = this.finished.event;

  constructor(
    private readonly transfers: Transfers,
    private readonly signIn: SignIn,
    private readonly settings: Settings,
    private readonly keys: KeyDesk,
    private readonly dialogs: Dialogs,
  ) {
    super();
  }

  /**
   * How far it is, until everything that came is archived or waits for a person. Aborting the signal ends the retrieval; what came
   * stays in the queue, cancelled. @throws what sign-in and retrieval throw; CANCELLED
   */
  async *run(order: RetrievalOrder, signal: AbortSignal): AsyncGenerator<RetrievalState> {
    await requireTrust(workspace.isTrusted, this.dialogs);
    const session = await this.signIn.require();
    const archive = await session.archive();
    const project = await pickProject(archive, this.settings.defaultProject, this.dialogs, {
      title: l10n.t('Retrieve, Anonymise and Send to GIFT-Cloud'),
      placeholder: l10n.t('Project to send to'),
    });
    const services = await this.transfers.open();
    await this.keys.settle(services, archive, project);
    throwIfAborted(signal);
    const to = { server: archive.serverUrl, user: archive.userName, project };
    const request = await this.request(order, await destinationIn(to, services, this.settings));
    let last: RetrieveEvent | undefined;
    try {
      for await (const event of services.retrieve(request, signal)) {
        last = event;
        const state = retrieveState(event);
        if (state) yield state;
      }
    } finally {
      this.finished.fire();
    }
    if (last?.kind === 'done') yield* this.follow(last.result, signal);
  }

  private async request(
    { node, model, selections }: RetrievalOrder,
    destination: SpoolDestination,
  ): Promise<RetrieveRequest> {
    const settings = listenerSettings();
    return {
      node: await pacsConnection(node, settings.aeTitle),
      ...{ method: node.retrieve, model, selections, destination },
      listener: await listenerOptions(settings),
    };
  }

  /** The job that uploads what came, until it is done with. */
  private async *follow(result: RetrieveResult, signal: AbortSignal): AsyncGenerator<RetrievalState> {
    if (result.job === undefined) return;
    let known: QueuedJob | undefined;
    while (!signal.aborted) {
      const job = this.transfers.jobs.find(({ id }) => id === result.job);
      // A job that is done with leaves the list after a while.
      if (known && !job) return;
      known = job;
      yield archivedState(result, job);
      if (job && isDone(job)) return;
      await this.nextChange(signal);
    }
  }

  private nextChange(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        change.dispose();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const change = this.transfers.onDidChange(done);
      signal.addEventListener('abort', done);
    });
  }
}

function isDone({ state, active }: QueuedJob): boolean {
  return !active && (state === 'archived' || state === 'held' || state === 'failed' || state === 'cancelled');
}
