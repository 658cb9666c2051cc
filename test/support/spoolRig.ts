import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { basicProfile } from '../../src/services/deid/profiles/presets.js';
import { firstText } from '../../src/services/dicom/elements.js';
import { readDicom } from '../../src/services/dicom/part10Reader.js';
import { stateKeyFile } from '../../src/services/keys/stateKey.js';
import { stateKey, stateSealer } from '../../src/services/queue/stateSealer.js';
import type { ObjectChecker } from '../../src/services/spool/checkObject.js';
import { FileSpool } from '../../src/services/spool/fileSpool.js';
import { SealedFiles, type SealedPlace } from '../../src/services/spool/sealedFiles.js';
import { placesOf, spoolRoot, type FolderPlaces } from '../../src/services/spool/spoolPlaces.js';
import type { IncomingObject, ReceptionSink, SpoolDestination } from '../../src/services/spool/types.js';
import { silentLogger, type Logger } from '../../src/services/support/logger.js';
import { buildSample } from './dicomBuilder.js';
import { MemorySource } from './memorySource.js';
import { quickLeases } from './queueRig.js';
import { temporaryFolder } from './seriesFiles.js';

/** Where received data of tests is to go. */
export const destination: SpoolDestination = {
  server: 'http://127.0.0.1:1',
  user: 'alice',
  project: 'GIFTDEMO',
  profile: basicProfile,
};

/** A spool as a process of its own has it. */
export function spoolOf(
  stateFolder: string,
  logger: Logger = silentLogger,
  checker?: ObjectChecker,
): FileSpool {
  const key = stateKey(stateFolder);
  const sealer = stateSealer(key);
  return new FileSpool({
    stateFolder,
    key,
    sealer,
    logger,
    leasePace: quickLeases,
    ...(checker && { checker }),
  });
}

/** A spool in a folder of its own, and looks into it. */
export class SpoolRig {
  readonly spool: FileSpool;
  private readonly others: FileSpool[] = [];

  private constructor(
    readonly path: string,
    private readonly removeFolder: () => Promise<void>,
  ) {
    this.spool = spoolOf(path);
  }

  static async start(): Promise<SpoolRig> {
    const { path, remove } = await temporaryFolder();
    return new SpoolRig(path, remove);
  }

  async close(): Promise<void> {
    for (const spool of [this.spool, ...this.others]) spool.dispose();
    await this.removeFolder();
  }

  /** As another process has it, at the same time or later. */
  other(logger?: Logger, checker?: ObjectChecker): FileSpool {
    const spool = spoolOf(this.path, logger, checker);
    this.others.push(spool);
    return spool;
  }

  places(id: string): FolderPlaces {
    return placesOf(spoolRoot(this.path), id);
  }

  async onlyFolder(): Promise<string> {
    const [found, ...more] = await this.spool.folders();
    if (found === undefined || more.length > 0) throw new Error('there is not one folder');
    return found.id;
  }

  /** Paths of the objects of a folder. */
  async objects(id: string): Promise<string[]> {
    const { objects } = this.places(id);
    return (await readdir(objects)).map((name) => join(objects, name));
  }

  /** What is on its way, or was left there. */
  async parts(): Promise<string[]> {
    const folders = await this.spool.folders();
    return (await Promise.all(folders.map(({ id }) => readdir(this.places(id).parts)))).flat();
  }

  /** Paths of all that lies in the spool. */
  async everything(): Promise<string[]> {
    const entries = await readdir(spoolRoot(this.path), { recursive: true, withFileTypes: true });
    return entries.map((entry) => join(entry.parentPath, entry.name));
  }

  /** The file that the pipeline sees. */
  read(path: string): Buffer {
    const source = sourcesOf(this.path).open(path);
    try {
      return source.read(0, source.size);
    } finally {
      source.close();
    }
  }

  async until(fits: () => Promise<boolean>): Promise<void> {
    while (!(await fits())) await new Promise((done) => setTimeout(done, 5));
  }

  async closed(id: string): Promise<void> {
    await this.until(async () => (await this.spool.folder(id))?.open !== true);
  }
}

/** How the pipeline opens what lies in it. */
export function sourcesOf(stateFolder: string): SealedFiles {
  return new SealedFiles(sealedPlace(stateFolder));
}

export function sealedPlace(stateFolder: string): SealedPlace {
  return { root: spoolRoot(stateFolder), keyFile: stateKeyFile(stateFolder) };
}

/** An object as an association announces it, and its data set. */
export interface SentObject {
  readonly object: IncomingObject;
  readonly dataSet: Buffer;
}

/** The object of a Part 10 file. */
export function objectOf(file: Buffer, association = 'a1'): SentObject {
  const { elements, transferSyntaxUid } = readDicom(new MemorySource(file));
  const text = (tag: number): string => firstText(elements, tag) ?? '';
  return {
    object: {
      ...{ association, callingAe: 'SCANNER', calledAe: 'GIFTCLOUD' },
      ...{
        sopClassUid: text(0x00080016),
        sopInstanceUid: text(0x00080018),
        transferSyntax: transferSyntaxUid,
      },
    },
    dataSet: dataSetOf(file),
  };
}

/** What follows the file meta (PS3.10 7.1). */
export function dataSetOf(file: Buffer): Buffer {
  return file.subarray(144 + file.readUInt32LE(140));
}

export function sample(
  number = 1,
  association = 'a1',
  options: Parameters<typeof buildSample>[0] = {},
): SentObject {
  return objectOf(
    buildSample({ sopInstanceUid: `1.2.826.0.1.3680043.10.999.7.${number}`, ...options }),
    association,
  );
}

/** Sends an object into a sink in pieces, as a network does, and commits it. */
export async function receive(
  sink: ReceptionSink,
  { object, dataSet }: SentObject,
  pieceSize = 16_384,
): Promise<void> {
  const reception = await sink.begin(object);
  try {
    for (let at = 0; at < dataSet.length; at += pieceSize) {
      await reception.write(dataSet.subarray(at, at + pieceSize));
    }
  } catch (error) {
    await reception.abort();
    throw error;
  }
  await reception.commit();
}
