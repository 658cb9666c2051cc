import { l10n } from 'vscode';
import type { Services } from '../../services/createServices.js';
import type { PreviewEvent, PreviewRequest } from '../../services/pipeline/preview.js';
import { GiftCloudError, toGiftCloudError } from '../../services/support/errors.js';
import type { Logger } from '../../services/support/logger.js';
import { counted, errorText, refusedLines } from '../../workbench/texts.js';
import type { FromPage, ToPage } from './contract.js';
import {
  choicesOf,
  objectMessage,
  summaryMessage,
  valuesMessage,
  type FileChoice,
  type ShownObject,
} from './previewModel.js';

export interface PreviewTools {
  readonly services: () => Promise<Pick<Services, 'preview' | 'explain'>>;
  readonly logger: Logger;
}

/**
 * What one preview shows, in memory for as long as it is open. The page forgets everything when it is hidden; when it
 * comes back it is told again, with all original values hidden.
 */
export class PreviewSession {
  private readonly stop = new AbortController();
  /** What the page knows, one message of a kind. */
  private readonly told = new Map<ToPage['kind'], ToPage>();
  private choices: readonly FileChoice[] = [];
  private shown: ShownObject | undefined;
  private objects = 0;

  constructor(
    private readonly request: PreviewRequest,
    private readonly tools: PreviewTools,
    private readonly post: (message: ToPage) => void,
  ) {}

  /** Looks through the inputs; ends when the summary is there or the preview is closed. Never rejects. */
  async run(): Promise<void> {
    try {
      const services = await this.tools.services();
      for await (const event of services.preview(this.request, this.stop.signal)) this.note(event);
    } catch (thrown) {
      this.fail(thrown);
    }
  }

  async answer(message: FromPage): Promise<void> {
    switch (message.kind) {
      case 'ready':
        for (const known of this.told.values()) this.post(known);
        break;
      case 'choose':
        await this.show(message.choice, message.instance);
        break;
      case 'reveal':
        if (this.shown?.object === message.object) this.post(valuesMessage(this.shown, message.lines));
        break;
    }
  }

  dispose(): void {
    this.stop.abort();
    this.told.clear();
    this.shown = undefined;
  }

  private note(event: PreviewEvent): void {
    switch (event.kind) {
      case 'discovering':
        this.busy(l10n.t('Looking for DICOM: {0} seen', counted.files(event.filesSeen)));
        break;
      case 'found':
        this.choices = choicesOf(event);
        this.tell({
          kind: 'choices',
          choices: this.choices.map(({ group, label, instances }) => ({ group, label, instances })),
        });
        if (this.choices.length > 0) void this.show(0, 0);
        break;
      case 'progress':
        this.busy(l10n.t('Summing up: {0} of {1}', event.done, counted.instances(event.total)));
        break;
      case 'summary':
        this.busy('');
        this.tell(summaryMessage(event.summary));
        if (this.choices.length === 0) {
          const why = refusedLines(event.summary.refused).join(' ');
          this.tell({ kind: 'failed', text: l10n.t('There is no DICOM object to preview. {0}', why) });
        }
        break;
    }
  }

  /** Fetches the lines of an object; the last wish counts. */
  private async show(choice: number, instance: number): Promise<void> {
    const path = this.choices[choice]?.paths[instance];
    if (path === undefined) return;
    const object = ++this.objects;
    try {
      const services = await this.tools.services();
      const outcome = await services.explain(path, this.request, this.stop.signal);
      if (object !== this.objects || outcome === undefined) return;
      if (outcome.status === 'explained') {
        this.shown = { object, choice, instance, explanation: outcome };
        this.told.delete('failed');
        this.tell(objectMessage(this.shown));
      } else this.tell({ kind: 'failed', text: outcome.reason });
    } catch (thrown) {
      this.fail(thrown);
    }
  }

  private busy(text: string): void {
    this.tell({ kind: 'busy', text });
  }

  private tell(message: ToPage): void {
    if (this.stop.signal.aborted) return;
    this.told.set(message.kind, message);
    this.post(message);
  }

  private fail(thrown: unknown): void {
    if (GiftCloudError.is(thrown, 'CANCELLED')) return;
    const error = toGiftCloudError(thrown);
    this.tools.logger.error('preview failed', { code: error.code });
    this.busy('');
    this.tell({ kind: 'failed', text: errorText(error) });
  }
}
