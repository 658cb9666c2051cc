import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { basicProfile } from '../../src/services/deid/profiles/presets.js';
import { deidentifyInstance } from '../../src/services/deid/deidentify.js';
import table from '../../src/services/deid/tableE11.json' with { type: 'json' };
import { giftCloudUidMapper } from '../../src/services/deid/uidMap.js';
import { openFileSource } from '../../src/services/dicom/fileSource.js';
import { segmentSource } from '../../src/services/dicom/segmentSource.js';
import { dataSet } from '../support/corpus/keywords.js';
import { content, frameOfReference, general } from '../support/corpus/modules.js';
import { saturate, tableTags } from '../support/corpus/planting.js';
import { buildDicom } from '../support/dicomBuilder.js';
import { inPairs, newErrors, run, textsIn } from './support/peers.js';

/** SOP classes of storage that pydicom knows, with their names. */
const listClasses = `
import json
from pydicom._uid_dict import UID_dictionary as uids
print(json.dumps([[uid, entry[0]] for uid, entry in uids.items()
                  if entry[1] == 'SOP Class' and 'Storage' in entry[0] and uid.startswith('1.2.840.10008.5.1.4')]))
`;

/** Retired, and made of nothing but what the profile removes. */
const hollow: ReadonlySet<string> = new Set(['Standalone Overlay Storage', 'Standalone Curve Storage']);

describe('every storage class, with every attribute of Table E.1-1 planted', function () {
  this.timeout(600_000);
  let folder: string;
  let classes: readonly (readonly [string, string])[];
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gift-cloud-deid-'));
    classes = JSON.parse((await run('/usr/bin/python3', ['-c', listClasses])).out) as typeof classes;
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** The general modules of an image or document; whatever else the class asks for is missing before and after. */
  function makePair(sopClass: string): readonly [string, string, readonly string[]] {
    const object = dataSet({ ...general('object', sopClass, 'CT'), ...frameOfReference(), ...content });
    const { elements, texts } = saturate(object, tableTags(table.rows));
    const [before, after] = [join(folder, `${sopClass}.in`), join(folder, `${sopClass}.out`)];
    writeFileSync(before, buildDicom(elements));
    const outcome = deidentifyInstance(
      before,
      { profile: basicProfile, identity: { patientName: 'Sub00001', patientId: 'Sub00001-1' } },
      { mapper: giftCloudUidMapper(), version: '0.0.0' },
    );
    assert.ok(outcome.status === 'verified', JSON.stringify(outcome));
    const source = openFileSource(before);
    const all = segmentSource(outcome.instance.segments, source);
    writeFileSync(after, all.read(0, all.size));
    source.close();
    return [before, after, texts];
  }

  it('has no new error in dciodvfy and holds no planted value', async () => {
    assert.ok(classes.length > 150, String(classes.length));
    const worse = await inPairs(classes, async ([sopClass, name]) => {
      const [before, after, texts] = makePair(sopClass);
      assert.ok(readFileSync(before).length > readFileSync(after).length);
      assert.deepEqual(
        textsIn(
          after,
          texts.filter((text) => text.length >= 4),
        ),
        [],
        name,
      );
      const errors = hollow.has(name) ? [] : await newErrors(before, after);
      return errors.length === 0 ? [] : [`${name}: ${errors.join('; ')}`];
    });
    assert.deepEqual(worse, []);
  });
});
