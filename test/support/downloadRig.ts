import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/sandbox.js';
import { download } from '../../src/services/download/download.js';
import { recordName } from '../../src/services/download/placeRecord.js';
import type { DownloadEvent, DownloadPace, DownloadRequest } from '../../src/services/download/types.js';
import { toGiftCloudError, type GiftCloudError } from '../../src/services/support/errors.js';
import type { Logger } from '../../src/services/support/logger.js';
import type { Archive } from '../../src/services/xnat/archive.js';
import { openXnatArchive } from '../../src/services/xnat/openArchive.js';
import { SandboxUser } from './sandboxRequests.js';
import { temporaryFolder } from './seriesFiles.js';
import { zipOf, type ZipContent } from './zipForms.js';

export const project = 'GIFTDEMO';
export const quickPace: DownloadPace = { item: [1, 1], server: [1, 1] };

/** What a download told. */
export class DownloadStory {
  constructor(
    readonly events: readonly DownloadEvent[],
    readonly error: GiftCloudError | undefined,
  ) {}

  /** `path: status`, with what it was checked by or why it failed, sorted. */
  get files(): readonly string[] {
    return this.of('file')
      .map((file) => `${file.path}: ${file.status} ${file.code ?? file.checked}`)
      .sort();
  }

  /** How often each status. */
  get counts(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { status } of this.of('file')) counts[status] = (counts[status] ?? 0) + 1;
    return counts;
  }

  of<K extends DownloadEvent['kind']>(kind: K): Extract<DownloadEvent, { kind: K }>[] {
    return this.events.filter((event): event is Extract<DownloadEvent, { kind: K }> => event.kind === kind);
  }
}

/** A sandbox with something to download, and a folder to download into. */
export class DownloadRig {
  readonly logged: string[] = [];

  private constructor(
    readonly sandbox: Sandbox,
    /** Owner of the project. */
    readonly alice: SandboxUser,
    readonly folder: string,
    private readonly removeFolder: () => Promise<void>,
  ) {}

  static async start(options: SandboxOptions = {}): Promise<DownloadRig> {
    const folder = await temporaryFolder();
    await mkdir(join(folder.path, 'out'));
    const sandbox = await startSandbox({ empty: true, ...options });
    return new DownloadRig(sandbox, await SandboxUser.signIn(sandbox, 'alice'), folder.path, folder.remove);
  }

  get out(): string {
    return join(this.folder, 'out');
  }

  async close(): Promise<void> {
    await this.sandbox.close();
    await this.removeFolder();
  }

  archive(user = 'alice', password = `sandbox-${user}`): Archive {
    const connection = { url: this.sandbox.url, userName: user, password: () => Promise.resolve(password) };
    return openXnatArchive(connection, '0.0.0');
  }

  /** Makes a scan. @param place `subject/experiment/scan`. */
  async addScan(place: string, type = 'T1', where = project): Promise<void> {
    const [subject = '', experiment = '', scan = ''] = place.split('/');
    const path = `/data/projects/${where}/subjects/${subject}/experiments/${experiment}`;
    await this.expect(this.alice.put(`${path}?xsiType=xnat:mrSessionData`));
    await this.expect(this.alice.put(`${path}/scans/${scan}?xsiType=xnat:mrScanData&type=${type}`));
  }

  /** Puts files into a resource, which is made. @param at path below `/data/projects/PROJECT`, blank for the project. */
  async putFiles(at: string, resource: string, content: ZipContent, where = project): Promise<void> {
    const owner = `/data/projects/${where}${at === '' ? '' : `/${at}`}`;
    const files = `${owner}/resources/${resource}/files/x.zip?extract=true&overwrite=true`;
    await this.expect(this.alice.upload(files, zipOf(content)));
  }

  /** A scan with files in its resource `DICOM`. @param place `subject/experiment/scan`. */
  async addSeries(place: string, content: ZipContent, where = project): Promise<void> {
    const [subject = '', experiment = '', scan = ''] = place.split('/');
    await this.addScan(place, 'T1', where);
    const at = `subjects/${subject}/experiments/${experiment}/scans/${scan}`;
    await this.putFiles(at, 'DICOM', content, where);
  }

  async download(
    request: Partial<DownloadRequest> = {},
    options: {
      archive?: Archive;
      signal?: AbortSignal;
      pace?: DownloadPace;
      onEvent?: (event: DownloadEvent) => void;
    } = {},
  ): Promise<DownloadStory> {
    const events: DownloadEvent[] = [];
    const archive = options.archive ?? this.archive();
    const whole: DownloadRequest = {
      targets: [{ project }],
      outFolder: this.out,
      includeProject: false,
      includeSubject: false,
      ...request,
    };
    const tools = { logger: this.logger(), pace: options.pace ?? quickPace };
    try {
      for await (const event of download(archive, whole, tools, options.signal)) {
        events.push(event);
        options.onEvent?.(event);
      }
      return new DownloadStory(events, undefined);
    } catch (error) {
      return new DownloadStory(events, toGiftCloudError(error));
    } finally {
      await archive.signOut().catch(() => undefined);
    }
  }

  /** Every file of the target folder with its text, without the records. */
  async tree(): Promise<Readonly<Record<string, string>>> {
    const tree: Record<string, string> = {};
    for (const path of await this.paths()) {
      if (!path.endsWith(recordName)) tree[path] = await readFile(join(this.out, path), 'utf8');
    }
    return tree;
  }

  /** Everything in the target folder that is no folder, hidden files too. */
  async paths(): Promise<readonly string[]> {
    const entries = await readdir(this.out, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.out.length + 1))
      .sort();
  }

  async parts(): Promise<readonly string[]> {
    return (await this.paths()).filter((path) => path.endsWith('.part'));
  }

  /** How often files, not lists of them, were asked for since a number of requests. */
  fileRequests(since = 0): number {
    return this.sandbox.requests
      .slice(since)
      .filter(({ method, path }) => method === 'GET' && /\/files\/./.test(path)).length;
  }

  private async expect(answer: Promise<{ readonly status: number; readonly text: string }>): Promise<void> {
    const { status, text } = await answer;
    if (status !== 200 && status !== 201) throw new Error(`the sandbox answered ${status}: ${text}`);
  }

  private logger(): Logger {
    const line = (message: string, fields?: object): void =>
      void this.logged.push(`${message} ${JSON.stringify(fields ?? {})}`);
    return { trace: line, debug: line, info: line, warn: line, error: line };
  }
}
