import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { basicProfile } from '../../src/services/deid/profiles/presets.js';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/sandbox.js';
import type { UploadRequest } from '../../src/services/createServices.js';
import type { PipelineEvent, Receipt } from '../../src/services/pipeline/types.js';
import type { FileTransferQueue, QueueOptions } from '../../src/services/queue/transferQueue.js';
import { toGiftCloudError, type GiftCloudError } from '../../src/services/support/errors.js';
import type { SubjectNote } from '../../src/services/subjects/subjectSteps.js';
import type { Logger } from '../../src/services/support/logger.js';
import type { Archive } from '../../src/services/xnat/archive.js';
import { openXnatArchive } from '../../src/services/xnat/openArchive.js';
import { ServersOnDisk } from '../../src/services/xnat/serverKind.js';
import { temporaryFolder } from './seriesFiles.js';
import { queueOf, uploadTools, type RigTools } from './uploadTools.js';

export const project = 'GIFTDEMO';

type FileEvent = Extract<PipelineEvent, { kind: 'file' }>;

/** What an upload told, in the order of the files. */
export class UploadStory {
  constructor(
    readonly events: readonly PipelineEvent[],
    readonly error: GiftCloudError | undefined,
  ) {}

  get files(): readonly FileEvent[] {
    return this.of('file').toSorted((a, b) => a.index - b.index);
  }

  /** One word per file, with its code where there is one. */
  get statuses(): readonly string[] {
    return this.files.map(({ status, code }) => (code === undefined ? status : `${status} ${code}`));
  }

  get receipt(): Receipt | undefined {
    return this.of('receipt')[0]?.receipt;
  }

  get places(): readonly string[] {
    return this.of('series').map(
      ({ place, status }) => `${place.subject}/${place.experiment}/${place.scan} ${status}`,
    );
  }

  of<K extends PipelineEvent['kind']>(kind: K): Extract<PipelineEvent, { kind: K }>[] {
    return this.events.filter((event): event is Extract<PipelineEvent, { kind: K }> => event.kind === kind);
  }
}

/** A sandbox, a folder for inputs, a state folder and everything an upload needs. */
export class UploadRig {
  readonly logged: string[] = [];
  private readonly closing: (() => Promise<void>)[] = [];
  private own: RigTools | undefined;

  private constructor(
    readonly sandbox: Sandbox,
    readonly folder: string,
    private readonly removeFolder: () => Promise<void>,
  ) {}

  static async start(options: SandboxOptions = {}): Promise<UploadRig> {
    const folder = await temporaryFolder();
    await mkdir(join(folder.path, 'in'));
    return new UploadRig(await startSandbox({ empty: true, ...options }), folder.path, folder.remove);
  }

  get inputs(): string {
    return join(this.folder, 'in');
  }

  get state(): string {
    return join(this.folder, 'state');
  }

  /** Something that has to end before the server goes. */
  onClose(close: () => Promise<void>): void {
    this.closing.push(close);
  }

  async close(): Promise<void> {
    for (const close of this.closing.splice(0)) await close();
    await this.sandbox.close();
    await this.removeFolder();
  }

  archive(user = 'alice', password = `sandbox-${user}`): Archive {
    const connection = { url: this.sandbox.url, userName: user, password: () => Promise.resolve(password) };
    return openXnatArchive(connection, '0.0.0', undefined, undefined, new ServersOnDisk(this.state));
  }

  /** Names of all files that the scans of the project hold, sorted. */
  async archivedNames(): Promise<string[]> {
    const archive = this.archive();
    const names: string[] = [];
    for (const { id, subjectLabel } of await archive.listExperiments(project)) {
      for (const scan of await archive.listScans(project, subjectLabel, id)) {
        const path = { project, subject: subjectLabel, experiment: id, scan: scan.id };
        names.push(...(await archive.listFiles(path, 'DICOM')).map(({ name }) => name));
      }
    }
    return names.sort();
  }

  /** What the state folder says of new subjects that did not come to their end. */
  notes(state = this.state): Promise<readonly SubjectNote[]> {
    const { serverUrl: server } = this.archive();
    return this.tools(state).steps.notes({ server, project });
  }

  /** Tools as another process has them: its own locks and memory, and its own state folder if told so. */
  tools(state = this.state): RigTools {
    const line =
      (level: string) =>
      (message: string, fields?: object): void =>
        void this.logged.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`);
    const logger: Logger = {
      trace: line('trace'),
      debug: line('debug'),
      info: line('info'),
      warn: line('warn'),
      error: line('error'),
    };
    return { ...uploadTools(state, logger), pace: { seriesInParallel: 3, quietMs: 5, resendMs: 20 } };
  }

  /** The transfer queue as a process of its own has it. */
  queue(tools: RigTools, options: Partial<QueueOptions> = {}): FileTransferQueue {
    return queueOf(tools, options);
  }

  /** Uploads the inputs and tells the story, also of a run that failed. */
  async upload(
    request: Partial<UploadRequest> = {},
    options: {
      archive?: Archive;
      tools?: RigTools;
      signal?: AbortSignal;
      onEvent?: (event: PipelineEvent) => void;
    } = {},
  ): Promise<UploadStory> {
    const events: PipelineEvent[] = [];
    const archive = options.archive ?? this.archive();
    const whole = { inputs: [this.inputs], project, profile: basicProfile, ...request };
    try {
      const queue = this.queue(options.tools ?? (this.own ??= this.tools()));
      for await (const event of queue.upload(archive, whole, options.signal)) {
        events.push(event);
        options.onEvent?.(event);
      }
      return new UploadStory(events, undefined);
    } catch (error) {
      return new UploadStory(events, toGiftCloudError(error));
    } finally {
      await archive.signOut().catch(() => undefined);
    }
  }
}
