import { EventEmitter, l10n, workspace, type Event } from 'vscode';
import type { Services } from '../services/createServices.js';
import type { PipelineEvent, Receipt, UploadReview } from '../services/pipeline/types.js';
import { Disposable } from '../services/support/disposable.js';
import { throwIfAborted } from '../services/support/errors.js';
import type { Logger } from '../services/support/logger.js';
import type { Archive } from '../services/xnat/archive.js';
import type { Dialogs } from './dialogs.js';
import type { LazyServices } from './lazyServices.js';
import { runWithProgress } from './progress.js';
import type { ProgressState } from './progressThrottle.js';
import { pickProject } from './projectPick.js';
import type { Receipts } from './receipts.js';
import type { Settings } from './settings.js';
import type { SignIn } from './signIn.js';
import { refusedLines, reviewText } from './texts.js';
import { requireTrust } from './trust.js';
import { pipelineProgress, showOutcome } from './uploadTexts.js';

export interface UploadOrder {
  /** Absolute paths of files and folders on the machine of the extension host. */
  readonly inputs: readonly string[];
  /** Asked for where nothing says it. */
  readonly project?: string;
  /** Label of the subject that the data must belong to. */
  readonly expectedSubject?: string;
}

export interface ChangedSubject {
  readonly project: string;
  readonly subject: string;
}

/** The upload as a person does it: project, review, confirmation, progress, result. */
export class Uploads extends Disposable {
  private readonly subjectChanged = this.register(new EventEmitter<ChangedSubject>());
  /** A subject was created or got data; once when it is known, once at the end. */
  readonly onDidChangeSubject: Event<ChangedSubject> = this.subjectChanged.event;
  private readonly finished = this.register(new EventEmitter<Receipt | undefined>());
  /** An upload ended, with the receipt where it came to one. */
  readonly onDidFinish: Event<Receipt | undefined> = this.finished.event;

  constructor(
    private readonly services: LazyServices,
    private readonly signIn: SignIn,
    private readonly settings: Settings,
    private readonly receipts: Receipts,
    private readonly dialogs: Dialogs,
    private readonly logger: Logger,
  ) {
    super();
  }

  async run(order: UploadOrder): Promise<Receipt | undefined> {
    let receipt: Receipt | undefined;
    try {
      await requireTrust(workspace.isTrusted, this.dialogs);
      const session = await this.signIn.require();
      const archive = await session.archive();
      const project = order.project ?? (await this.askProject(archive));
      receipt = await this.upload(await this.services.get(), archive, { ...order, project });
    } finally {
      this.finished.fire(receipt);
    }
    return receipt;
  }

  private askProject(archive: Archive): Promise<string> {
    return pickProject(archive, this.settings.defaultProject, this.dialogs, {
      title: l10n.t('Anonymise and Upload to GIFT-Cloud'),
      placeholder: l10n.t('Project to upload into'),
    });
  }

  private async upload(
    services: Services,
    archive: Archive,
    order: UploadOrder & { readonly project: string },
  ): Promise<Receipt | undefined> {
    const { subjectPrefix, profile } = this.settings;
    const seen: { receipt?: Receipt; declined?: boolean } = {};
    const subjects = new Set<string>();
    const start = (signal: AbortSignal): AsyncIterable<PipelineEvent> =>
      services.upload(
        archive,
        {
          inputs: order.inputs,
          project: order.project,
          profile,
          ...(subjectPrefix !== '' && { subjectPrefix }),
          ...(order.expectedSubject !== undefined && { expectedSubject: order.expectedSubject }),
          confirm: async (review) => {
            const answer = await this.review(review);
            throwIfAborted(signal);
            seen.declined = !answer;
            return answer;
          },
        },
        signal,
      );
    const onEvent = (event: PipelineEvent): ProgressState | undefined => {
      if (event.kind === 'receipt') seen.receipt = event.receipt;
      if (event.kind === 'subject') {
        subjects.add(event.subject);
        this.subjectChanged.fire({ project: event.project, subject: event.subject });
      }
      if (event.kind === 'warning') this.logger.warn(event.message, { code: event.code });
      return pipelineProgress(event);
    };
    try {
      await runWithProgress(l10n.t('GIFT-Cloud: upload to {0}', order.project), start, onEvent);
    } catch (error) {
      // Somebody who says no to the review knows it; whether the services call that cancelled does not matter.
      if (!seen.declined) throw error;
    } finally {
      for (const subject of subjects) this.subjectChanged.fire({ project: order.project, subject });
      if (seen.receipt) await this.receipts.add(seen.receipt);
    }
    if (seen.receipt && !seen.declined) void showOutcome(seen.receipt, this.dialogs);
    return seen.receipt;
  }

  /** The last word before anything is sent. Counts and reasons only. */
  private async review(review: UploadReview): Promise<boolean> {
    if (review.instances === 0) {
      const reasons = refusedLines(review).join('; ');
      void this.dialogs.notify('warning', l10n.t('There is nothing to upload. {0}', reasons), []);
      return false;
    }
    return this.dialogs.confirm({
      message: l10n.t('Anonymise and upload to project {0}?', review.project),
      detail: reviewText(review),
      action: l10n.t('Upload'),
    });
  }
}
