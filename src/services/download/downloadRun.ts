import { throwIfAborted, toGiftCloudError, type ErrorCode, type GiftCloudError } from '../support/errors.js';
import type { Logger } from '../support/logger.js';
import type { Archive } from '../xnat/archive.js';
import { ahead } from './ahead.js';
import { Channel } from '../support/channel.js';
import { FileFetcher, type Fetched } from './fetchFile.js';
import { visible } from './names.js';
import { PlaceFolder } from './placeFolder.js';
import { findPlaces, type Place } from './places.js';
import { leftOut, planFiles, planResources, type PlannedFile, type PlannedResource } from './plan.js';
import { ServerWatch } from './serverWatch.js';
import { Tally } from './tally.js';
import { TargetFolder } from './targetFolder.js';
import type { DownloadEvent, DownloadPace, DownloadRequest, FileEvent } from './types.js';

/** Places listed at a time, and lists of one place asked for before they are needed. */
const planners = 3;
const listsAhead = 2;
/** Files that arrive at a time: also what hides the waiting for the disk behind the waiting for the server. */
const lanes = 6;
/** Files that are listed and not yet begun: about 1 KB of memory each. */
const longestQueue = 20_000;
/** Least time between two events of progress, ms. */
const progressInterval = 100;

/** Errors after which nothing could go better for the rest. */
const final: ReadonlySet<ErrorCode> = new Set([
  'CANCELLED',
  'DISK_FULL',
  'SIGN_IN_REFUSED',
  'SIGN_IN_REQUIRED',
  'ACCOUNT_NOT_ACTIVE',
  'CERTIFICATE_NOT_TRUSTED',
]);

/** Errors of making the folder of a place that every other place would meet, too. */
const unusableFolder: ReadonlySet<ErrorCode> = new Set(['FILE_UNREADABLE', 'INTERNAL']);

/** A place whose files are being fetched. */
interface OpenPlace {
  readonly folder: PlaceFolder;
  /** Files not yet done, and one for the planner as long as it lists. */
  open: number;
}

interface Task {
  readonly file: PlannedFile;
  readonly place: OpenPlace;
}

/** One download: planners list what there is, lanes fetch it, both at the same time. */
export class DownloadRun {
  private readonly events = new Channel<DownloadEvent>(64);
  private readonly tasks = new Channel<Task>(longestQueue);
  private readonly stop = new AbortController();
  private readonly tally = new Tally();
  private readonly watch: ServerWatch;
  private readonly fetcher: FileFetcher;
  private lastProgress = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly archive: Archive,
    private readonly request: DownloadRequest,
    private readonly logger: Logger,
    pace: DownloadPace,
  ) {
    this.watch = new ServerWatch(archive, pace);
    this.fetcher = new FileFetcher(archive, this.watch);
  }

  async *run(signal?: AbortSignal): AsyncGenerator<DownloadEvent, void, undefined> {
    throwIfAborted(signal);
    const cancel = (): void => this.stop.abort(signal?.reason);
    signal?.addEventListener('abort', cancel, { once: true });
    let failure: unknown;
    const work = this.work()
      .catch((error: unknown) => (failure = error))
      .finally(() => this.events.end());
    try {
      yield* this.events;
      await work;
      if (failure !== undefined) throw toGiftCloudError(failure);
    } finally {
      // Also when the reader of the events leaves early: nothing goes on behind his back.
      this.stop.abort();
      this.tasks.close();
      this.events.close();
      await work;
      signal?.removeEventListener('abort', cancel);
    }
  }

  private async work(): Promise<void> {
    const target = await TargetFolder.open(this.request.outFolder);
    const places = await findPlaces(this.archive, this.request, this.stop.signal);
    this.tally.placesTotal = places.length;
    await this.events.put(this.tally.planning());
    const queue = places.values();
    let planning = planners;
    const planner = async (): Promise<void> => {
      for (const place of queue) await this.planPlace(place, target);
      if (--planning > 0) return;
      this.tally.allPlanned();
      await this.events.put(this.tally.planned());
      this.tasks.end();
    };
    const lane = async (): Promise<void> => {
      for await (const task of this.tasks) await this.fetch(task);
    };
    await this.together([
      ...Array.from({ length: planners }, () => planner()),
      ...Array.from({ length: lanes }, () => lane()),
    ]);
    await this.events.put(this.tally.progress());
    this.logger.info('download finished', this.tally.result());
    await this.events.put({ kind: 'finished', ...this.tally.result() });
  }

  /** Waits for all; the first that fails stops the others, and its error is thrown when they have tidied up. */
  private async together(parts: readonly Promise<void>[]): Promise<void> {
    let first: GiftCloudError | undefined;
    const ended = parts.map((part) =>
      part.catch((error: unknown) => {
        first ??= toGiftCloudError(error);
        this.stop.abort();
        this.tasks.close();
      }),
    );
    await Promise.all(ended);
    if (first) throw first;
    throwIfAborted(this.stop.signal);
  }

  private async planPlace(place: Place, target: TargetFolder): Promise<void> {
    const { signal } = this.stop;
    throwIfAborted(signal);
    const shown = place.folder.map(([name = '']) => name).join('/');
    let resources: readonly PlannedResource[];
    let folder: PlaceFolder | undefined;
    try {
      const onLeftOut = (): Promise<void> => this.unlisted(shown, leftOut());
      resources = await this.watch.patiently(
        () => planResources(this.archive, place, this.request, onLeftOut, signal),
        signal,
      );
      if (resources.length > 0) folder = await PlaceFolder.claim(target, place);
    } catch (thrown) {
      const error = toGiftCloudError(thrown);
      if (place.named || this.isFinal(error) || unusableFolder.has(error.code)) throw error;
      await this.unlisted(shown, error);
      resources = [];
    }
    if (folder) await this.queueFiles(resources, { folder, open: 1 });
    else this.tally.placeDone();
    this.tally.placePlanned();
    await this.events.put(this.tally.planning());
  }

  private async queueFiles(resources: readonly PlannedResource[], place: OpenPlace): Promise<void> {
    const { signal } = this.stop;
    const list = async (resource: PlannedResource): Promise<readonly PlannedFile[] | GiftCloudError> => {
      try {
        return await this.watch.patiently(() => planFiles(this.archive, resource, signal), signal);
      } catch (error) {
        return toGiftCloudError(error);
      }
    };
    const lists = ahead(resources, listsAhead, async (resource) => ({
      resource,
      files: await list(resource),
    }));
    for await (const { resource, files } of lists) {
      if (files instanceof Error) {
        if (this.isFinal(files)) throw files;
        await this.unlisted(place.folder.shown(resource.folder.join('/')), files);
        continue;
      }
      this.tally.listed(files);
      place.open += files.length;
      for (const file of files) await this.tasks.put({ file, place });
    }
    await this.oneLess(place);
  }

  private async fetch({ file, place }: Task): Promise<void> {
    let counted = 0;
    const onBytes = (bytes: number): void => {
      counted += bytes;
      this.tally.arrived(bytes);
      if (this.progressIsDue()) void this.events.put(this.tally.progress());
    };
    const event = {
      kind: 'file',
      path: visible(place.folder.shown(file.path)),
      uri: file.uri,
      size: file.row.size,
    } as const;
    let done: FileEvent;
    try {
      const fetched: Fetched = await this.fetcher.fetch(file, place.folder, onBytes, this.stop.signal);
      done = { ...event, ...fetched };
    } catch (thrown) {
      const error = toGiftCloudError(thrown);
      if (this.isFinal(error)) throw error;
      const checked = file.row.digest === undefined ? 'size' : 'md5';
      done = { ...event, status: 'failed', checked, code: error.code, reason: error.message };
    }
    this.tally.fileDone(done.status, done.size, counted);
    await this.events.put(done);
    if (this.progressIsDue()) await this.events.put(this.tally.progress());
    await this.oneLess(place);
  }

  private async oneLess(place: OpenPlace): Promise<void> {
    place.open--;
    if (place.open > 0) return;
    await place.folder.settle();
    this.tally.placeDone();
  }

  private async unlisted(path: string, { code, message }: GiftCloudError): Promise<void> {
    this.tally.notListed();
    await this.events.put({ kind: 'unlisted', path: visible(path), code, reason: message });
  }

  private progressIsDue(): boolean {
    const now = performance.now();
    if (now - this.lastProgress < progressInterval) return false;
    this.lastProgress = now;
    return true;
  }

  private isFinal(error: GiftCloudError): boolean {
    return final.has(error.code) || this.watch.isGone(error);
  }
}
