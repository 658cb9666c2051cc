import assert from 'node:assert/strict';
import { join } from 'node:path';
import { buildDicom } from '../../support/dicomBuilder.js';
import { writeBytes } from '../../support/seriesFiles.js';
import { UploadRig } from '../../support/uploadRig.js';
import { ctElements } from '../deid/deidFixture.js';

describe("a series with the patient's own values in texts", () => {
  let rig: UploadRig;
  beforeEach(async () => (rig = await UploadRig.start()));
  afterEach(() => rig.close());

  const write = (instance: number, name: string, model: string): Promise<void> =>
    writeBytes(
      join(rig.inputs, String(instance)),
      buildDicom(
        ctElements([
          { tag: 0x00080018, vr: 'UI', value: `1.2.826.0.1.3680043.10.777.5.${instance}` },
          { tag: 0x00080005, vr: 'CS', value: 'ISO_IR 192' },
          { tag: 0x00081090, vr: 'LO', value: Buffer.from(model) },
          { tag: 0x00100010, vr: 'PN', value: Buffer.from(name) },
        ]),
      ),
    );

  it('arrives without them, also those that only another object knows, and says so', async () => {
    await write(1, 'Plantedname^Given=山田^太郎', 'Model of Plantedname');
    await write(2, 'Plantedname^Given', 'Model 山田太郎');
    await write(3, 'Plantedname^Given', 'Model 3');
    for (const status of ['uploaded', 'present']) {
      const story = await rig.upload();
      assert.deepEqual(
        [...story.statuses].sort(),
        [status, `${status} VALUES_BLANKED`, `${status} VALUES_BLANKED`].sort(),
      );
      assert.ok((story.receipt?.valuesBlanked ?? 0) >= 2);
    }
  });
});
