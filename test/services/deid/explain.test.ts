import assert from 'node:assert/strict';
import { basicProfile } from '../../../src/services/deid/profiles/presets.js';
import { explainInstance } from '../../../src/services/deid/explain/explainInstance.js';
import type { ExplainedRow, Explanation } from '../../../src/services/deid/explain/types.js';
import { giftCloudUidMapper } from '../../../src/services/deid/uidMap.js';
import { attributeName } from '../../../src/services/dicom/names.js';
import { hashedUid } from '../../../src/services/subjects/pseudonyms.js';
import table from '../../../src/services/deid/tableE11.json' with { type: 'json' };
import { sendable } from '../../support/corpus/catalogue.js';
import { clinicalIdentity } from '../../support/corpus/identity.js';
import { dataSet } from '../../support/corpus/keywords.js';
import { saturate, tableTags } from '../../support/corpus/planting.js';
import type { BuildOptions, BuiltElement } from '../../support/dicomBuilder.js';
import { ctElements, DeidBench, identity } from './deidFixture.js';

const nested: readonly BuiltElement[] = [
  {
    tag: 0x00081140,
    vr: 'SQ',
    items: [
      {
        elements: [
          { tag: 0x00081150, vr: 'UI', value: '1.2.840.10008.5.1.4.1.1.2' },
          { tag: 0x00081155, vr: 'UI', value: '1.2.826.0.1.3680043.10.777.9' },
          { tag: 0x00100010, vr: 'PN', value: 'Plantedname^Inside' },
        ],
      },
    ],
  },
  { tag: 0x00290010, vr: 'LO', value: 'ACME 1.0' },
  { tag: 0x00291001, vr: 'LO', value: 'private text' },
  { tag: 0x00189998, vr: 'LO', value: 'nobody knows' },
  { tag: 0x00181210, vr: 'SH', value: 'B70f' },
  { tag: 0x00080090, vr: 'PN', value: 'Doctor^Planted' },
  { tag: 0x00081050, vr: 'PN', value: 'Performer^Planted' },
];

describe('what de-identification does, line by line', () => {
  let bench: DeidBench;
  before(() => (bench = new DeidBench()));
  after(() => bench.dispose());

  const explained = (elements: readonly BuiltElement[], options: BuildOptions = {}): Explanation => {
    const outcome = explainInstance(
      { path: bench.file(elements, options), request: { profile: basicProfile, identity }, rows: true },
      { mapper: giftCloudUidMapper(), version: '0.0.0' },
    );
    assert.equal(outcome.status, 'explained', JSON.stringify(outcome));
    return outcome;
  };
  const row = (rows: readonly ExplainedRow[], tag: string, depth = 0): ExplainedRow => {
    const found = rows.find((one) => one.tag === tag && one.depth === depth);
    assert.ok(found, `${tag} is not in ${rows.map((one) => one.tag).join(' ')}`);
    return found;
  };

  for (const syntax of ['explicit', 'implicit', 'big', 'deflated'] as const) {
    it(`tells what became of every attribute and by which rule (${syntax})`, () => {
      const { rows, counts, kept, held } = explained(ctElements(nested), { syntax });
      assert.equal(held, undefined);
      const seen = (tag: string, depth = 0): Pick<ExplainedRow, 'state' | 'rule'> => {
        const { state, rule } = row(rows, tag, depth);
        return { state, rule };
      };
      assert.deepEqual(seen('(0008,0020)'), { state: 'emptied', rule: { kind: 'table', action: 'Z' } });
      assert.deepEqual(seen('(0008,1050)'), { state: 'removed', rule: { kind: 'table', action: 'X' } });
      assert.deepEqual(seen('(0010,0010)'), { state: 'replaced', rule: { kind: 'identity' } });
      assert.deepEqual(seen('(0012,0062)'), { state: 'added', rule: { kind: 'mark' } });
      assert.deepEqual(seen('(0020,000d)'), { state: 'uidReplaced', rule: { kind: 'table', action: 'U' } });
      assert.deepEqual(seen('(0018,1210)'), { state: 'kept', rule: { kind: 'none' } });
      assert.deepEqual(seen('(0018,9998)'), { state: 'removed', rule: { kind: 'unknown' } });
      assert.deepEqual(seen('(0029,1001)'), { state: 'removed', rule: { kind: 'private' } });
      assert.deepEqual(seen('(7fe0,0010)'), { state: 'kept', rule: { kind: 'none' } });
      assert.deepEqual(seen('(0008,1140)'), { state: 'kept', rule: { kind: 'table', action: 'U*' } });
      assert.equal(seen('(0008,1155)', 1).state, 'uidReplaced');
      assert.equal(seen('(0008,1150)', 1).state, 'kept');
      assert.equal(seen('(0010,0010)', 1).state, 'emptied');
      const emptied = rows.filter(({ state }) => state === 'emptied').length;
      // The name is emptied by the profile, too, before the label stands there.
      assert.equal(counts?.emptied, emptied + 1);
      assert.equal(kept, rows.filter(({ tag, state }) => tag !== undefined && state === 'kept').length);
    });
  }

  it('shows values before and after as a person reads them', () => {
    const { rows } = explained(
      ctElements([...nested, { tag: 0x00100010, vr: 'PN', value: Buffer.from('Müller^Jörg', 'latin1') }]),
    );
    assert.equal(row(rows, '(0010,0010)').before, 'Müller^Jörg');
    assert.equal(row(rows, '(0010,0010)').after, identity.patientName);
    assert.equal(row(rows, '(0028,0010)').after, '4');
    assert.equal(row(rows, '(0008,0020)').after, '');
    assert.deepEqual(row(rows, '(0008,1140)').before, { items: 1 });
    assert.equal(row(rows, '(0020,000d)').after, hashedUid('1.2.826.0.1.3680043.10.777.1'));
    assert.equal(row(rows, '(0010,0030)').name, 'Patient Birth Date');
  });

  it('lists the free texts that stay, and no other', () => {
    const { texts } = explained(
      ctElements([
        ...nested,
        { tag: 0x00080070, vr: 'LO', value: 'ACME' },
        { tag: 0x00180015, vr: 'CS', value: 'HEAD' },
      ]),
    );
    assert.deepEqual(texts, [{ tag: '(0018,1210)', name: 'Convolution Kernel', text: 'B70f' }]);
  });

  it('tells what the rules would do to an object that is held, and that nothing of it is sent', () => {
    const { rows, held, counts, texts } = explained(
      ctElements([...nested, { tag: 0x00280301, vr: 'CS', value: 'YES' }]),
    );
    assert.equal(held?.code, 'BURNED_IN_TEXT_RISK');
    assert.equal(counts, undefined);
    assert.deepEqual(texts, []);
    assert.deepEqual(new Set(rows.map(({ after }) => after)), new Set([undefined]));
    assert.equal(row(rows, '(0010,0010)').state, 'replaced');
    assert.equal(row(rows, '(0008,0020)').state, 'emptied');
    assert.equal(row(rows, '(0008,1050)').state, 'removed');
    assert.equal(row(rows, '(0020,000d)').state, 'uidReplaced');
  });

  it('lets everything in a removed sequence go with it', () => {
    const { rows } = explained(
      ctElements([
        {
          tag: 0x00400275,
          vr: 'SQ',
          items: [{ elements: [{ tag: 0x00400009, vr: 'SH', value: 'STEP-1' }] }],
        },
      ]),
    );
    assert.equal(row(rows, '(0040,0275)').state, 'removed');
    assert.deepEqual(row(rows, '(0040,0009)', 1).rule, { kind: 'within' });
    assert.equal(rows.find(({ item, state }) => item === 1 && state !== 'added')?.state, 'removed');
  });

  it('leaves out lines that stay before lines that change, however many frames there are', () => {
    const frame = (index: number): { elements: readonly BuiltElement[] } => ({
      elements: [
        { tag: 0x00280010, vr: 'US', value: [index] },
        { tag: 0x00280011, vr: 'US', value: [index] },
        ...(index === 2999 ? [{ tag: 0x00081050, vr: 'PN', value: 'Late^Planted' }] : []),
      ],
    });
    const { rows, omitted } = explained(
      ctElements([
        { tag: 0x52009230, vr: 'SQ', items: Array.from({ length: 3000 }, (_, index) => frame(index)) },
      ]),
    );
    assert.ok(rows.length <= 4000 && omitted > 5000, `${rows.length} ${omitted}`);
    assert.equal(row(rows, '(0008,1050)', 1).before, 'Late^Planted');
  });

  it('shows that file meta is made anew, without who sent the file', () => {
    const { rows } = explained(ctElements(), { extraMeta: [{ tag: 0x00020016, vr: 'AE', value: 'WARD7' }] });
    const { state, rule, before, after } = row(rows, '(0002,0016)');
    assert.deepEqual(
      { state, rule, before, after },
      { state: 'removed', rule: { kind: 'format' }, before: 'WARD7', after: undefined },
    );
  });

  it('has a rule for every change of every object of the corpus, and shows no identifier after', () => {
    for (const { name, values } of sendable) {
      const full = saturate(dataSet(values), tableTags(table.rows));
      const { rows, held } = explained(full.elements);
      assert.equal(held, undefined, name);
      for (const { tag, depth, state, rule, after } of rows) {
        const where = `${name}: ${tag ?? 'an item'} at depth ${depth} ${state}`;
        assert.notEqual(rule.kind, 'option', where);
        if (tag !== undefined && state !== 'kept') assert.notEqual(rule.kind, 'none', where);
        const shown = typeof after === 'string' ? after : '';
        for (const text of [...clinicalIdentity, ...full.texts])
          if (text.length >= 6) assert.ok(!shown.includes(text), where);
      }
    }
  });

  it('refuses what it can not read', () => {
    const path = bench.file(ctElements());
    const outcome = explainInstance(
      { path: `${path}-gone`, request: { profile: basicProfile, identity }, rows: true },
      { mapper: giftCloudUidMapper(), version: '0.0.0' },
    );
    assert.equal(outcome.status, 'failed');
  });

  it('names attributes in words', () => {
    assert.equal(attributeName(0x00081155), 'Referenced SOP Instance UID');
    assert.equal(attributeName(0x00101000), 'Other Patient IDs');
    assert.equal(attributeName(0x00081000), 'Network ID (retired)');
    assert.equal(attributeName(0x00291001), '');
  });
});
