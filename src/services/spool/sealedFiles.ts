import { existsSync, readFileSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { openFileSource, reading, type FileSource } from '../dicom/fileSource.js';
import { plainFiles, type SendingSource, type Sources } from '../dicom/sources.js';
import { checkedStateKey, keyMissing } from '../keys/stateKey.js';
import { SpoolKeys } from './spoolKeys.js';
import { sealedName } from './spoolPlaces.js';
import { openSealed, openSealedToSend } from './sealedSource.js';

/** Where sealed files lie, and their key. */
export interface SealedPlace {
  readonly root: string;
  readonly keyFile: string;
}

/** Opens objects of the spool and, as they are, all other files. Errors: FILE_UNREADABLE, KEY_MISSING, STATE_UNREADABLE. */
export class SealedFiles implements Sources {
  private readonly root: string;
  private keys: SpoolKeys | undefined;

  constructor(private readonly place: SealedPlace) {
    this.root = resolve(place.root) + sep;
  }

  open(path: string): FileSource {
    if (!this.isSealed(path)) return plainFiles.open(path);
    const opening = { keys: this.spoolKeys(), name: sealedName(path) };
    return openSealed(openFileSource(path), opening);
  }

  /** A file that has no final mark yet. @param size bytes of content */
  openUnfinished(path: string, size: number): FileSource {
    const opening = { keys: this.spoolKeys(), name: sealedName(path), unfinished: size };
    return openSealed(openFileSource(path), opening);
  }

  async openToSend(path: string): Promise<SendingSource> {
    if (!this.isSealed(path)) return plainFiles.openToSend(path);
    const opening = { keys: this.spoolKeys(), name: sealedName(path) };
    return openSealedToSend(await plainFiles.openToSend(path), opening);
  }

  private isSealed(path: string): boolean {
    return path.startsWith(this.root);
  }

  private spoolKeys(): SpoolKeys {
    const { keyFile } = this.place;
    if (this.keys === undefined && !existsSync(keyFile)) throw keyMissing();
    this.keys ??= new SpoolKeys(checkedStateKey(reading(() => readFileSync(keyFile))));
    return this.keys;
  }
}
