import { createWriteStream, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { basicProfile } from '../../../src/services/deid/profiles/presets.js';
import { giftCloudUidMapper } from '../../../src/services/deid/uidMap.js';
import { anonymise } from '../../../src/services/pipeline/anonymise.js';
import { discover } from '../../../src/services/pipeline/discover.js';
import type { ReadyInstance, SourceInstance } from '../../../src/services/pipeline/types.js';
import { seriesIdentity } from '../../../src/services/pipeline/seriesIdentity.js';
import { verify } from '../../../src/services/pipeline/verify.js';
import { ZipBody } from '../../../src/services/pipeline/zipStream.js';
import { InProcessDeid } from '../../../src/services/worker/inProcessDeid.js';
import { writeSlices, type Slices } from './images.js';
import { giftCloudPseudonymiser } from '../../../src/services/keys/pseudonymiser.js';

const identity = { patientName: 'Subject', patientId: 'Experiment' };

/** A patient of its own for each round, because what is in the archive already is not sent again. */
export class RoundData {
  private round: number | undefined;

  constructor(
    private readonly folder: string,
    private readonly slices: Slices,
  ) {}

  /** The slices of this round. */
  get input(): string {
    return join(this.folder, `in-${this.round ?? ''}`);
  }

  /** The zip that is sent for them. */
  get zip(): string {
    return join(this.folder, `zip-${this.round ?? ''}`);
  }

  async prepare(round: number): Promise<void> {
    if (this.round === round) return;
    rmSync(this.input, { recursive: true, force: true });
    rmSync(this.zip, { force: true });
    this.round = round;
    writeSlices(this.input, { ...this.slices, patient: round + 1 });
    const body = new ZipBody(await this.ready());
    await pipeline(body.open(undefined), createWriteStream(this.zip));
  }

  /** What the stages before sending give. */
  async ready(): Promise<readonly ReadyInstance[]> {
    const engine = new InProcessDeid({ mapper: giftCloudUidMapper(), version: 'bench' });
    const sources: SourceInstance[] = [];
    for await (const found of discover([this.input], engine)) {
      if (found.kind === 'instance') sources.push(found.instance);
    }
    const series = seriesIdentity(sources);
    const named = sources.map((source) => ({ source, identity, series }));
    const names = giftCloudPseudonymiser();
    const ready: ReadyInstance[] = [];
    const refuse = (): never => {
      throw new Error('an object of the benchmark was refused');
    };
    const context = { engine, names, profile: basicProfile };
    for await (const instance of verify(anonymise(named, context), refuse)) {
      ready.push(instance);
    }
    return ready;
  }
}
