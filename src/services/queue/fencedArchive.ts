import { Readable } from 'node:stream';
import type { Archive, UploadBody } from '../xnat/archive.js';
import type { Fence } from './leases.js';

/** Which calls write; every one has its word here, so that a new one can't slip by. */
const kinds: { readonly [name in keyof Archive]: 'read' | 'write' } = {
  serverUrl: 'read',
  userName: 'read',
  signIn: 'read',
  signOut: 'read',
  serverVersion: 'read',
  listProjects: 'read',
  listWritableProjects: 'read',
  listSubjects: 'read',
  listExperiments: 'read',
  labelsOfExperiments: 'read',
  listScans: 'read',
  listResources: 'read',
  listAllResources: 'read',
  listFiles: 'read',
  readProjectFile: 'read',
  writeProjectFile: 'write',
  enabledScripts: 'read',
  seriesFilters: 'read',
  kindOfServer: 'read',
  findSubjectByPseudonym: 'read',
  readSubject: 'read',
  postPseudonym: 'write',
  createSubject: 'write',
  renameSubject: 'write',
  createExperiment: 'write',
  uidsOfExperiment: 'read',
  createScan: 'write',
  createResource: 'write',
  putZip: 'write',
  importZip: 'write',
  listPrearchive: 'read',
  commitSession: 'write',
  discardSession: 'write',
  isOwner: 'read',
  removeFile: 'write',
  removeElement: 'write',
  downloadFile: 'read',
  downloadZip: 'read',
};

/** While a body is sent: after a gap as long as this its sender may have slept. */
const gapMs = 1000;

/**
 * The archive as the owner of a job sees it: before each request that writes, and in a body after each pause, it is read
 * again whether he still is the owner. Errors: those of the archive, and LEASE_LOST before anything was sent.
 */
export function fencedArchive(archive: Archive, fence: Fence): Archive {
  const fenced: Archive = new Proxy(archive, {
    get(target, name): unknown {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      const call = member.bind(target) as (...parameters: unknown[]) => Promise<unknown>;
      if (kinds[name as keyof Archive] !== 'write') return call;
      return async (...parameters: unknown[]): Promise<unknown> => {
        await fence.check();
        return call(...parameters.map((value) => (isBody(value) ? fencedBody(value, fence) : value)));
      };
    },
  });
  return fenced;
}

function isBody(value: unknown): value is UploadBody {
  return value !== null && typeof value === 'object' && 'contentLength' in value && 'open' in value;
}

function fencedBody(body: UploadBody, fence: Fence): UploadBody {
  return {
    contentLength: body.contentLength,
    contentType: body.contentType,
    open: (signal) => {
      const source = body.open(signal);
      // One piece at a time: what lies between the look and the network goes out unseen after a sleep.
      return Readable.from(fencedChunks(source, fence), { objectMode: false, highWaterMark: 1 });
    },
  };
}

async function* fencedChunks(source: Readable, fence: Fence): AsyncGenerator<Buffer, void, undefined> {
  let looked = Date.now();
  for await (const chunk of source as AsyncIterable<Buffer>) {
    if (Math.abs(Date.now() - looked) > gapMs) await fence.check();
    looked = Date.now();
    yield chunk;
  }
}
