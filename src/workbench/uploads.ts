import { EventEmitter, l10n, workspace, type Event } from 'vscode';
import type { Services } from '../services/createServices.js';
import type { PreviewRequest } from '../services/pipeline/preview.js';
import type { PipelineEvent, Receipt, UploadReview } from '../services/pipeline/types.js';
import { Disposable } from '../services/support/disposable.js';
import { GiftCloudError, throwIfAborted } from '../services/support/errors.js';
import type { Logger } from '../services/support/logger.js';
import type { Archive } from '../services/xnat/archive.js';
import type { Dialogs } from './dialogs.js';
import type { KeyDesk } from './keyDesk.js';
import type { LazyServices } from './lazyServices.js';
import { runWithProgress } from './progress.js';
import type { ProgressState } from './progressThrottle.js';
import { pickProject } from './projectPick.js';
import { RefusedFiles } from './refusedFiles.js';
import type { Settings } from './settings.js';
import type { SignIn } from './signIn.js';
import { reviewText } from './texts.js';
import { requireTrust } from './trust.js';
import { askWhoIsWho } from './whoIsWho.js';
import {
  cancelledText,
  pipelineProgress,
  showNothingToSend,
  showOutcome,
  type SubjectPlace,
} from './uploadTexts.js';

export interface UploadOrder {
  /** Absolute paths of files and folders on the machine of the extension host. */
  readonly inputs: readonly string[];
  /** Asked for where nothing says it. */
  readonly project?: string;
  /** Label of the subject that the data must belong to. */
  readonly expectedSubject?: string;
  /** Of a folder of dropped bytes. */
  readonly dropped?: string;
}

export interface ChangedSubject extends SubjectPlace {
  /** The first one of its upload. */
  readonly first: boolean;
}

/** The upload as a person does it: project, review, confirmation, progress, result. */
export class Uploads extends Disposable {
  private readonly subjectChanged = this.register(new EventEmitter<ChangedSubject>());
  /** A subject was created or got data; once when it is known, once at the end. */
  readonly onDidChangeSubject: Event<ChangedSubject> = this.subjectChanged.event;
  private readonly placeWanted = this.register(new EventEmitter<SubjectPlace>());
  /** The person wants to see where the data went. */
  readonly onDidAskForSubject: Event<SubjectPlace> = this.placeWanted.event;
  private readonly finished = this.register(new EventEmitter<Receipt | undefined>());
  /** An upload ended, with the receipt where it came to one. */
  readonly onDidFinish: Event<Receipt | undefined> = this.finished.event;

  constructor(
    private readonly services: LazyServices,
    private readonly signIn: SignIn,
    private readonly settings: Settings,
    private readonly keys: KeyDesk,
    private readonly dialogs: Dialogs,
    private readonly logger: Logger,
    private readonly showPreview: (request: PreviewRequest) => Promise<void>,
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
      const services = await this.services.get();
      await this.keys.settle(services, archive, project);
      receipt = await this.upload(services, archive, { ...order, project });
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
    const { inputs, project, expectedSubject, dropped } = order;
    const profile = await services.readProfile(this.settings.profile);
    const story = new UploadStory(inputs);
    const start = (signal: AbortSignal): AsyncIterable<PipelineEvent> => {
      signal.addEventListener('abort', () => (story.stopped = true), { once: true });
      return services.upload(
        archive,
        {
          inputs,
          project,
          profile,
          ...this.settings.subjectPrefix(project),
          ...(expectedSubject !== undefined && { expectedSubject }),
          ...(dropped !== undefined && { dropped }),
          whoIsWho: askWhoIsWho(archive, project, this.dialogs),
          confirm: async (review) => {
            const answer = await this.review(review, { ...order, profile }, story.files, signal);
            throwIfAborted(signal);
            story.declined = !answer;
            return answer;
          },
        },
        signal,
      );
    };
    const onEvent = (event: PipelineEvent): ProgressState | undefined => {
      const first = story.subjects.size === 0;
      story.note(event);
      if (event.kind === 'subject') this.tellChange(event, first);
      if (event.kind === 'warning') this.logger.warn(event.message, { code: event.code });
      return pipelineProgress(event);
    };
    try {
      await runWithProgress(this.dialogs, l10n.t('Uploading to {0}', project), start, onEvent);
    } catch (error) {
      // Without its own button it was stopped in the view Transfers, which says how it goes on.
      if (GiftCloudError.is(error, 'CANCELLED') && story.archived > 0 && story.stopped) {
        void this.dialogs.notify('info', cancelledText(story.archived), []);
      }
      // Somebody who says no to the review knows it; whether the services call that cancelled does not matter.
      if (!story.declined) throw error;
    } finally {
      for (const subject of story.subjects) this.tellChange({ project, subject }, false);
    }
    if (story.receipt && !story.declined) {
      void showOutcome(story.receipt, story.files, this.dialogs, (place) => this.placeWanted.fire(place));
    }
    return story.receipt;
  }

  private tellChange({ project, subject }: SubjectPlace, first: boolean): void {
    this.subjectChanged.fire({ project, subject, first });
  }

  /** The last word before anything is sent. Counts and reasons only. */
  private async review(
    review: UploadReview,
    { inputs, project, profile, expectedSubject: subject }: ReviewedOrder,
    files: RefusedFiles,
    signal: AbortSignal,
  ): Promise<boolean> {
    if (review.instances === 0) {
      void showNothingToSend(review.refused, files, this.dialogs);
      return false;
    }
    const message =
      subject === undefined
        ? l10n.t('Anonymise and upload to project {0}?', review.project)
        : l10n.t('Anonymise and upload to subject {0} of project {1}?', subject, review.project);
    const action = l10n.t('Upload');
    const answer = await this.dialogs.review({
      severity: 'info',
      message,
      detail: reviewText(review, subject),
      action,
      look: l10n.t('Preview De-identification'),
    });
    if (answer !== 'look') return answer === 'yes';
    // The dialog went with its button: the upload waits beside the preview for its answer.
    const { scripts = [] } = review;
    void this.showPreview({ inputs, project, profile, scripts });
    const asked = this.dialogs.notify('info', message, [action, l10n.t('Cancel')]);
    return (await Promise.race([asked, aborted(signal)])) === action;
  }
}

type ReviewedOrder = Omit<UploadOrder, 'project'> & Required<Omit<PreviewRequest, 'scripts'>>;

/** Resolves when the work is cancelled from elsewhere: nobody has to answer any more. */
function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((done) => {
    if (signal.aborted) done(undefined);
    else signal.addEventListener('abort', () => done(undefined), { once: true });
  });
}

/** What an upload told so far. */
class UploadStory {
  readonly subjects = new Set<string>();
  readonly files: RefusedFiles;
  receipt: Receipt | undefined;
  declined = false;
  /** With the button of its own notification. */
  stopped = false;
  /** Instances that were sent and proved to have arrived. */
  archived = 0;

  constructor(inputs: readonly string[]) {
    this.files = new RefusedFiles(inputs);
  }

  note(event: PipelineEvent): void {
    this.files.note(event);
    if (event.kind === 'receipt') this.receipt = event.receipt;
    if (event.kind === 'subject') this.subjects.add(event.subject);
    if (event.kind === 'series' && event.status === 'archived') this.archived += event.instances;
  }
}
