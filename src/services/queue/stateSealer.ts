import { openBytes, sealBytes } from '../keys/sealedBytes.js';
import { StateKey, stateKeyFile } from '../keys/stateKey.js';
import { holdsFolders } from '../spool/spoolPlaces.js';
import { stepsHoldSealed } from '../subjects/subjectSteps.js';
import { GiftCloudError } from '../support/errors.js';
import type { Sealer } from './jobStore.js';
import { Journal, journalFolder } from './journal.js';

/** Seals texts of the journal with the key of a state folder (AES-256-GCM, NIST SP 800-38D). */
class StateSealer implements Sealer {
  constructor(private readonly key: StateKey) {}

  async seal(text: string, label: string): Promise<string> {
    const key = await this.key.orNew();
    return sealBytes(Buffer.from(text, 'utf8'), key, Buffer.from(label, 'utf8')).toString('base64');
  }

  async open(sealed: string, label: string): Promise<string> {
    const key = await this.key.needed();
    const text = openBytes(Buffer.from(sealed, 'base64'), key, Buffer.from(label, 'utf8'));
    if (text !== undefined) return text.toString('utf8');
    throw new GiftCloudError('STATE_UNREADABLE', 'A sealed entry of the journal can not be opened.', {
      hint: 'It was changed, or belongs to another key. It is kept as it is.',
    });
  }
}

/** The key of a state folder, needed while the journal, the spool or the steps towards subjects hold something. */
export function stateKey(stateFolder: string): StateKey {
  const journal = new Journal(journalFolder(stateFolder));
  const isNeeded = async (): Promise<boolean> =>
    (await journal.holdsSealed()) ||
    (await holdsFolders(stateFolder)) ||
    (await stepsHoldSealed(stateFolder));
  return new StateKey(stateKeyFile(stateFolder), isNeeded);
}

/** The sealer of a state folder, whose key is the file `queue.key` in it. */
export function stateSealer(key: StateKey): Sealer {
  return new StateSealer(key);
}
