import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { systemErrorCode } from '../support/errors.js';
import { damagedFiles, factFiles } from './factNames.js';
import { headerLength, openFrame, readHeader, type FileHeader } from './frames.js';
import { lostPatientKey, type PatientKey } from './patientKey.js';
import type { KeyFact } from './types.js';

/** How far a file was read. */
interface Position {
  readonly header: FileHeader;
  at: number;
  frames: number;
  ended: boolean;
  damaged: boolean;
}

/** How often files may be merged away under a reader before it gives up. */
const mostRounds = 50;

/** Reads the files of facts, each byte once: what other processes append is found by the next call. */
export class FactReader {
  private readonly positions = new Map<string, Position>();
  private setAside = 0;

  constructor(
    private readonly folder: string,
    private readonly key: PatientKey,
  ) {}

  /** How many files have parts that can't be read. */
  get damaged(): number {
    return this.setAside + [...this.positions.values()].filter(({ damaged }) => damaged).length;
  }

  /**
   * Tells all facts that were not told before. Lets other work go on between frames.
   * @throws KEY_MISSING for files of another key; errors of the file system
   */
  async read(tell: (fact: KeyFact) => void): Promise<void> {
    for (let round = 0; round < mostRounds; round++) {
      const names = await factFiles(this.folder);
      for (const name of this.positions.keys()) if (!names.includes(name)) this.positions.delete(name);
      let whole = true;
      for (const name of names) whole = (await this.readFile(name, tell)) !== undefined && whole;
      this.setAside = (await damagedFiles(this.folder)).length;
      // What was merged away meanwhile stands in a file that the list did not have yet.
      if (whole) return;
    }
  }

  /** Reads on in one file; undefined when it is gone. */
  async readFile(
    name: string,
    tell: (fact: KeyFact) => void,
  ): Promise<{ readonly damaged: boolean } | undefined> {
    let position = this.positions.get(name);
    const bytes = await readFrom(join(this.folder, name), position?.at ?? 0);
    if (bytes === undefined) return undefined;
    let at = 0;
    if (position === undefined) {
      // Killed before the header was written: there is nothing behind it either.
      if (bytes.length < headerLength) return { damaged: false };
      position = this.begin(name, bytes);
      at = headerLength;
    }
    while (!position.ended) {
      const frame = openFrame(bytes.subarray(at), position.header, this.key, position.frames);
      position.damaged ||= frame.damaged;
      position.ended = frame.ended;
      if (frame.frames === 0) break;
      frame.facts.forEach(tell);
      at += frame.length;
      position.at += frame.length;
      position.frames += frame.frames;
      await new Promise(setImmediate);
    }
    if (position.header.whole && !position.ended) position.damaged = true;
    return { damaged: position.damaged };
  }

  private begin(name: string, bytes: Buffer): Position {
    const header = readHeader(bytes);
    const position = {
      header: header ?? { whole: false, keyId: this.key.id, bytes: Buffer.alloc(0) },
      at: headerLength,
      frames: 0,
      // Nothing can be opened behind a damaged header: each frame is bound to it.
      ended: header === undefined,
      damaged: header === undefined,
    };
    if (position.header.keyId !== this.key.id)
      throw lostPatientKey('is another one than it was written with');
    this.positions.set(name, position);
    return position;
  }
}

async function readFrom(path: string, position: number): Promise<Buffer | undefined> {
  let file;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const length = Math.max(0, (await file.stat()).size - position);
    const bytes = Buffer.alloc(length);
    const { bytesRead } = await file.read(bytes, 0, length, position);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
