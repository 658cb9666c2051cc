import type { SandboxContext } from '../context.js';
import { empty, refuse, text, type Answer } from '../server/answers.js';
import type { Exchange } from '../server/exchange.js';
import { receiveFiles, type ReceivedFile } from '../server/receive.js';
import { safePath } from '../store/blobs.js';
import { md5Of } from '../store/digests.js';
import type { FileRecord, ResourceRecord } from '../store/model.js';
import { writeFrom, type StoredBytes } from '../zip/fileSink.js';
import { extractZip, ZipProblem } from '../zip/zipReader.js';
import { CatalogueLocks } from './catalogueLocks.js';
import { decodedPath } from './filePath.js';
import { mayEdit, ownersOf, type ResourceOwner } from './resourceOwner.js';
import { createResource, singleOwner } from './resourceRoutes.js';

/** A file on its way into a resource. */
interface Incoming extends StoredBytes {
  /** Path in the resource. */
  readonly path: string;
  /** Where its bytes lie now. */
  readonly temporary: string;
  /** The name in the zip where that one leads outside the resource. */
  readonly outside?: string;
}

/** PUT and POST of files: one file, or a zip whose entries are stored while it arrives. */
export class Uploads {
  private readonly locks: CatalogueLocks;

  constructor(private readonly context: SandboxContext) {
    this.locks = new CatalogueLocks(context.treacheries);
  }

  async store(exchange: Exchange): Promise<Answer> {
    const owner = singleOwner(ownersOf(this.context, exchange));
    // Without the right to edit: 200, and nothing is stored (GIFT-Cloud server, observed).
    if (!mayEdit(this.context, exchange, owner)) return empty();
    const label = exchange.has('resource') ? exchange.param('resource') : '';
    const before = this.context.store.resourceOf(owner.key, label);
    const visit = this.locks.enter(`${owner.key} ${before?.label ?? label}`, before !== undefined);
    const incoming: Incoming[] = [];
    try {
      await this.receive(exchange, incoming);
      // Between the look for the resource and its creation others get in.
      if (before === undefined) await this.context.raceWindow();
      return await visit.alone(async () => {
        const late = before === undefined ? visit.turn() : 0;
        const resource = before ?? this.newResource(exchange, owner, label, late);
        const answer = await this.keep(exchange, resource, incoming);
        // Others that were sent at the same time shall meet the lock also when the files are small.
        await this.context.raceWindow();
        return answer;
      });
    } catch (error) {
      if (error instanceof ZipProblem) throw refuse(500, error.message);
      throw error;
    } finally {
      visit.leave();
      for (const { temporary } of incoming) await this.context.blobs.discard(temporary);
    }
  }

  private async receive(exchange: Exchange, incoming: Incoming[]): Promise<void> {
    const { files, end } = await receiveFiles(this.context, exchange, 500);
    try {
      for (const file of files) await this.unpack(exchange, file, incoming);
    } finally {
      await end();
    }
  }

  private async unpack(exchange: Exchange, file: ReceivedFile, incoming: Incoming[]): Promise<void> {
    const name = file.fileName === '' ? 'upload' : file.fileName;
    const given = exchange.has('file') ? decodedPath(exchange) : safePath(name);
    if (given === undefined) return;
    if (exchange.flag('extract') && /\.(zip|zar)$/i.test(given)) {
      const label = exchange.has('resource') ? exchange.param('resource') : '';
      for await (const entry of extractZip(file.source, () => this.context.blobs.temporary())) {
        if (entry.name.endsWith('/')) await this.context.blobs.discard(entry.path);
        else incoming.push({ ...entry, ...placeOf(entry.name, label), temporary: entry.path });
      }
      return;
    }
    const temporary = this.context.blobs.temporary();
    incoming.push({ ...(await writeFrom(file.source.pieces(), temporary)), path: given, temporary });
  }

  /**
   * The resource that did not exist when the upload began. Of eight uploads into one new resource four failed and
   * only two of the other four files were there afterwards (GIFT-Cloud server, observed).
   */
  private newResource(exchange: Exchange, owner: ResourceOwner, label: string, late: number): ResourceRecord {
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
        'ERROR: duplicate key value violates unique constraint "xnat_resource_u_1"\n' +
          `  Detail: Key (uri)=(${this.context.elements.cataloguePath(winner)}) already exists.`,
      );
    }
    // Its catalogue was read before the others wrote theirs: all but the newest entry are lost.
    const files = this.context.store.filesOfResource.all(String(winner.number));
    for (const lost of files.slice(0, -1)) this.context.store.files.delete(`${winner.number} ${lost.path}`);
    return winner;
  }

  /** Takes the files off the list one by one as they are dealt with. */
  private async keep(exchange: Exchange, resource: ResourceRecord, incoming: Incoming[]): Promise<Answer> {
    const { store, blobs } = this.context;
    const duplicates: string[] = [];
    const eventId = store.nextEvent();
    const any = incoming.length > 0;
    for (const { path, temporary, outside, size, crc32 } of [...incoming]) {
      const key = `${resource.number} ${path}`;
      const older = store.files.get(key);
      if (older !== undefined && !exchange.flag('overwrite')) {
        duplicates.push(path);
        await blobs.discard(temporary);
        incoming.shift();
        continue;
      }
      // Beside the old bytes: whenever the process is killed, the record fits what lies there.
      const place = older === undefined ? {} : { place: `${path}~${eventId}` };
      await blobs.keep(resource, place.place ?? path, temporary);
      incoming.shift();
      const record: FileRecord = {
        resource: resource.number,
        path,
        ...place,
        ...(outside === undefined ? {} : { outside }),
        size,
        crc32,
        // What an overwriting upload does not say stays as it was (GIFT-Cloud server, observed).
        format: exchange.query.get('format') ?? older?.format ?? '',
        content: exchange.query.get('content') ?? older?.content ?? '',
        tags: exchange.query.get('tags') ?? older?.tags ?? '',
        modified: Date.now(),
        createdBy: exchange.user.login,
        eventId,
      };
      store.files.put(key, record);
      // What lists show was computed from what arrived, not from what lies there later.
      if (this.context.digests) await md5Of(this.context, resource, record);
      if (older !== undefined) await blobs.remove(resource, older);
    }
    if (any) {
      const current = store.resources.get(String(resource.number)) ?? resource;
      store.resources.put(String(resource.number), {
        ...current,
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

/**
 * Where an entry of a zip goes. One that leads outside is listed under the resource's label and its last part, and
 * a zip of structure `legacy` repeats its name as it was sent (GIFT-Cloud server, observed); unlike there, its
 * bytes stay inside.
 */
function placeOf(name: string, label: string): Pick<Incoming, 'path' | 'outside'> {
  const inside = safePath(name);
  if (inside !== undefined) return { path: inside };
  const last = safePath(name.split(/[\\/]/).at(-1) ?? '') ?? 'unnamed';
  return { path: `${safePath(label) ?? 'resource'}/${last}`, outside: name };
}
