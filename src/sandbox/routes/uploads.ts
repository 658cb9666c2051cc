import { createReadStream } from 'node:fs';
import type { SandboxContext } from '../context.js';
import { empty, refuse, text, type Answer } from '../server/answers.js';
import type { Exchange } from '../server/exchange.js';
import { receiveFiles } from '../server/receive.js';
import { safePath } from '../store/blobs.js';
import type { FileRecord, ResourceRecord } from '../store/model.js';
import { writeDigested, type StoredBytes } from '../zip/digest.js';
import { extractZip, ZipProblem } from '../zip/zipReader.js';
import { decodedPath } from './filePath.js';
import { mayEdit, ownersOf, type ResourceOwner } from './resourceOwner.js';
import { createResource, singleOwner } from './resourceRoutes.js';

/** A file on its way into a resource. */
interface Incoming extends StoredBytes {
  /** Path in the resource. */
  readonly path: string;
  /** Where its bytes lie now. */
  readonly temporary: string;
}

/** How many uploads one catalogue serves at a time; the rest fails on its lock. */
interface CatalogueLock {
  holder: Promise<void>;
  users: number;
  arrivals: number;
}

/**
 * PUT and POST of files. Uploads that meet in one resource fail or vanish as on the real server: of eight into an
 * existing one three answered 500, of eight into a new one four did and only two of the other four files were
 * there afterwards (observed).
 */
export class Uploads {
  private readonly locks = new Map<string, CatalogueLock>();

  constructor(private readonly context: SandboxContext) {}

  async store(exchange: Exchange): Promise<Answer> {
    const owner = singleOwner(ownersOf(this.context, exchange));
    // Without the right to edit: 200, and nothing is stored (GIFT-Cloud server, observed).
    if (!mayEdit(this.context, exchange, owner)) return empty();
    const label = exchange.has('resource') ? exchange.param('resource') : '';
    const before = this.context.store.resourceOf(owner.key, label);
    const received = await receiveFiles(this.context, exchange, 500);
    try {
      return await this.withLock(
        `${owner.key} ${before?.label ?? label}`,
        before !== undefined,
        async (late) => {
          const incoming: Incoming[] = [];
          try {
            for (const file of received) {
              incoming.push(...(await this.unpack(exchange, file.path, file.fileName)));
            }
            const resource = this.resourceFor(exchange, owner, label, before, late);
            return await this.keep(exchange, resource, incoming);
          } finally {
            for (const { temporary } of incoming) await this.context.blobs.discard(temporary);
          }
        },
      );
    } catch (error) {
      if (error instanceof ZipProblem) throw refuse(500, error.message);
      throw error;
    } finally {
      for (const { path } of received) await this.context.blobs.discard(path);
    }
  }

  /** Runs alone per resource; `late` counts the uploads that started before this one's resource existed. */
  private async withLock(
    key: string,
    exists: boolean,
    work: (late: number) => Promise<Answer>,
  ): Promise<Answer> {
    const lock = this.locks.get(key) ?? { holder: Promise.resolve(), users: 0, arrivals: 0 };
    this.locks.set(key, lock);
    const late = lock.arrivals;
    lock.arrivals += 1;
    // Every second one that finds the catalogue locked gives up.
    if (this.context.treacheries && exists && lock.users > 0 && late % 2 === 1) throw refuse(500);
    lock.users += 1;
    const previous = lock.holder;
    let release = (): void => undefined;
    lock.holder = new Promise((resolve) => {
      release = resolve;
    });
    try {
      await previous;
      const answer = await work(exists ? 0 : late);
      // Others that were sent at the same time shall meet the lock also when the files are small.
      await this.context.raceWindow();
      return answer;
    } finally {
      lock.users -= 1;
      release();
      if (lock.users === 0) this.locks.delete(key);
    }
  }

  private resourceFor(
    exchange: Exchange,
    owner: ResourceOwner,
    label: string,
    before: ResourceRecord | undefined,
    late: number,
  ): ResourceRecord {
    if (before !== undefined) return before;
    const winner = this.context.store.resourceOf(owner.key, label);
    if (winner === undefined) {
      return createResource(this.context, owner, label, exchange.user.login, {
        format: exchange.query.get('format') ?? '',
        content: exchange.query.get('content') ?? '',
        description: '',
        tags: '',
      });
    }
    if (!this.context.treacheries || late === 0) return winner;
    if (late % 2 === 1) {
      throw refuse(
        500,
        'ERROR: duplicate key value violates unique constraint "xnat_resource_u_1"\n  Detail: Key (uri) already exists.',
      );
    }
    // Its catalogue was read before the others wrote theirs: all but the newest entry are lost.
    const files = this.context.store.filesOfResource.all(String(winner.number));
    for (const lost of files.slice(0, -1)) this.context.store.files.delete(`${winner.number} ${lost.path}`);
    return winner;
  }

  private async unpack(exchange: Exchange, path: string, fileName: string): Promise<Incoming[]> {
    const given = exchange.has('file')
      ? decodedPath(exchange)
      : safePath(fileName === '' ? 'upload' : fileName);
    if (given === undefined) return [];
    if (exchange.flag('extract') && /\.(zip|zar)$/i.test(given)) return this.extract(path);
    const temporary = this.context.blobs.temporary();
    const stored = await writeDigested(createReadStream(path), temporary);
    return [{ ...stored, path: given, temporary }];
  }

  private async extract(path: string): Promise<Incoming[]> {
    const incoming: Incoming[] = [];
    try {
      for await (const entry of extractZip(path, () => this.context.blobs.temporary())) {
        const target = entry.name.endsWith('/') ? undefined : safePath(entry.name);
        if (target === undefined) await this.context.blobs.discard(entry.path);
        else incoming.push({ ...entry, path: target, temporary: entry.path });
      }
      return incoming;
    } catch (error) {
      for (const { temporary } of incoming) await this.context.blobs.discard(temporary);
      throw error;
    }
  }

  private async keep(
    exchange: Exchange,
    resource: ResourceRecord,
    incoming: readonly Incoming[],
  ): Promise<Answer> {
    const { store, blobs } = this.context;
    const duplicates: string[] = [];
    const eventId = store.nextEvent();
    for (const file of incoming) {
      const key = `${resource.number} ${file.path}`;
      if (store.files.get(key) !== undefined && !exchange.flag('overwrite')) {
        duplicates.push(file.path);
        continue;
      }
      await blobs.keep(resource, file.path, file.temporary);
      const record: FileRecord = {
        resource: resource.number,
        path: file.path,
        size: file.size,
        md5: file.md5,
        crc32: file.crc32,
        format: exchange.query.get('format') ?? '',
        content: exchange.query.get('content') ?? '',
        tags: exchange.query.get('tags') ?? '',
        modified: Date.now(),
        createdBy: exchange.user.login,
        eventId,
      };
      store.files.put(key, record);
    }
    if (incoming.length > 0) {
      store.resources.put(String(resource.number), {
        ...resource,
        populated: true,
        modified: Date.now(),
        eventId,
      });
    }
    if (duplicates.length === 0) return text('');
    // The answer says HTML although it is JSON (GIFT-Cloud server, observed).
    return { status: 200, type: 'text/html', body: JSON.stringify({ duplicates }), chunked: true };
  }
}
