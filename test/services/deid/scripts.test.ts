import assert from 'node:assert/strict';
import { deidentifyInstance } from '../../../src/services/deid/deidentify.js';
import type { DeidentifyOutcome, ScriptSource } from '../../../src/services/deid/types.js';
import { hashedUid } from '../../../src/services/subjects/pseudonyms.js';
import type { BuiltElement, BuildOptions } from '../../support/dicomBuilder.js';
import { textsOf } from '../dicomedit/scriptBench.js';
import { contains, ctElements, DeidBench, pixels } from './deidFixture.js';

const base = '1.2.826.0.1.3680043.10.777.';

describe('scripts before the profile', () => {
  const benches: DeidBench[] = [];
  after(() => benches.forEach((bench) => bench.dispose()));

  function bench(...statements: readonly string[]): DeidBench {
    const scripts: readonly ScriptSource[] = [
      { origin: 'site', text: ['version "6.6"', ...statements].join('\n') },
    ];
    const variables = { project: 'PROJ1', subject: 'Subj00001', session: 'Subj00001-Study1' };
    const identity = { patientName: variables.subject, patientId: variables.session };
    const made = new DeidBench({ scripts, variables, identity });
    benches.push(made);
    return made;
  }

  /** Texts of the object that would be sent. */
  function made(statements: readonly string[], more: readonly BuiltElement[] = []): Record<string, string> {
    return textsOf(bench(...statements).made(ctElements(more)).object.elements);
  }

  function outcome(
    statements: readonly string[],
    more: readonly BuiltElement[] = [],
    options: BuildOptions = {},
  ): DeidentifyOutcome {
    return bench(...statements).run(ctElements(more), options);
  }

  const code = (result: DeidentifyOutcome): string =>
    result.status === 'verified' ? result.status : `${result.status} ${result.code}`;

  it('keeps what a script built from literals, variables, hashes and date shifts, wherever the profile would have removed it', () => {
    const texts = made([
      '(0008,1030) := concatenate[project, "-", uppercase["knee"]]',
      '(0008,0050) := hashUID[(0010,0020)]',
      '(0010,0030) := "19600101"',
      '(0008,0020) := shiftDateByIncrement[(0008,0020), -17]',
      '(0009,{OUR SITE}01) := "private"',
      '(0008,1115)[0]/(0020,000E) := hashUID[(0020,000E)]',
    ]);
    assert.equal(texts['00081030'], 'PROJ1-KNEE');
    assert.match(texts['00080050'] ?? '', /^2\.25\./);
    assert.equal(texts['00100030'], '19600101');
    assert.equal(texts['00080020'], '20191216');
    assert.equal(texts['00280303'], 'MODIFIED');
    assert.equal(texts['00090010'], 'OUR SITE');
    assert.equal(texts['00091001'], 'private');
    assert.equal(texts['00081115[0]/0020000E'], hashedUid(`${base}2`));
  });

  it('lets everything else fall to the profile', () => {
    const texts = made([
      '(0008,1030) := (0010,0020)',
      '(0008,103E) := concatenate["Mr ", (0010,0010)]',
      '(0010,0030) := concatenate[substring[(0010,0030), 0, 4], "0701"]',
      '(0008,0020) := shiftDateByIncrement[(0008,0020), 0]',
      '(0009,{OUR SITE}01) := (0010,0010)',
      '(0020,4000) := newUID[]',
    ]);
    for (const path of ['00081030', '0008103E', '00090010', '00091001', '00204000'])
      assert.equal(texts[path], undefined, path);
    assert.equal(texts['00100030'], '');
    assert.equal(texts['00080020'], '');
  });

  it('does not hash twice what a script hashed', () => {
    const reference = { tag: 0x00081140, vr: 'SQ', items: [{ elements: [{ tag: 0x00081155, vr: 'UI', value: `${base}9` }, { tag: 0x00081150, vr: 'UI', value: '1.2.840.10008.5.1.4.1.1.2' }] }] }; // prettier-ignore
    const texts = made(
      ['hashUIDList[*/(0008,1155), (0008,0018), (0020,0052)]'],
      [reference, { tag: 0x00200052, vr: 'UI', value: `${base}5` }],
    );
    assert.equal(texts['00081140[0]/00081155'], hashedUid(`${base}9`));
    assert.equal(texts['00200052'], hashedUid(`${base}5`));
    assert.equal(texts['00080018'], hashedUid(`${base}3`));
  });

  it('never lets a script decide which object it is', () => {
    const texts = made([
      '(0008,0018) := "1.2.3"',
      '(0020,000D) := newUID[]',
      '-(0020,000E)',
      '(0008,0016) := "1.2.840.10008.5.1.4.1.1.7"',
    ]);
    assert.equal(texts['00080018'], hashedUid(`${base}3`));
    assert.equal(texts['0020000D'], hashedUid(`${base}1`));
    assert.equal(texts['0020000E'], hashedUid(`${base}2`));
    assert.equal(texts['00080016'], '1.2.840.10008.5.1.4.1.1.2');
  });

  it('gives keyed UIDs where the scheme is keyed: the plain hash would give the original away', () => {
    const mapper = {
      scheme: 'keyed',
      map: (uid: string) => (uid.startsWith('1.2.840.10008') ? uid : `2.25.99${uid.length}`),
    };
    const rig = bench('(0008,0050) := hashUID[(0020,0052)]', '(0020,0052) := hashUID[(0020,0052)]');
    const path = rig.file(ctElements([{ tag: 0x00200052, vr: 'UI', value: `${base}55` }]));
    const scripts: readonly ScriptSource[] = [
      { origin: 'local', text: 'version "6.6"\n(0020,0052) := hashUID[(0020,0052)]' },
    ];
    const result = deidentifyInstance(
      path,
      { profile: 'basic', identity: { patientName: 'S', patientId: 'E' }, scripts },
      { mapper, version: '0' },
    );
    assert.equal(result.status, 'verified');
    const bytes = Buffer.concat(
      result.instance.segments.flatMap((segment) => ('bytes' in segment ? [segment.bytes] : [])),
    );
    assert.ok(contains(bytes, mapper.map(`${base}55`)));
    assert.ok(!contains(bytes, hashedUid(`${base}55`)));
  });

  it('writes names and IDs of a script, and ours where it wrote none', () => {
    const own = made(['(0010,0010) := concatenate[project, "_", subject]', '(0010,0020) := ""']);
    assert.deepEqual([own['00100010'], own['00100020']], ['PROJ1_Subj00001', 'Subj00001-Study1']);
    const tainted = made(['(0010,0010) := uppercase[(0010,0010)]', '-(0010,0020)']);
    assert.deepEqual([tainted['00100010'], tainted['00100020']], ['Subj00001', 'Subj00001-Study1']);
  });

  it('does for its labels what it does without script: an object that has them already passes', () => {
    const again = [
      { tag: 0x00100010, vr: 'PN', value: 'Subj00001' },
      { tag: 0x00100020, vr: 'LO', value: 'Subj00001-Study1' },
    ];
    assert.equal(outcome(['(0010,0010) := subject', '(0010,0020) := session'], again).status, 'verified');
  });

  it('holds an object in whose script-written values a value of the patient stands', () => {
    assert.equal(code(outcome(['(0008,1030) := "Plantedname"'])), 'held VERIFICATION_FAILED');
    assert.equal(code(outcome(['(0008,0050) := "x PLANT-4711"'])), 'held VERIFICATION_FAILED');
    assert.equal(code(outcome(['(0010,0030) := "19610203"'])), 'held VERIFICATION_FAILED');
    assert.equal(code(outcome([`(0020,0052) := "${base}1"`])), 'held VERIFICATION_FAILED');
    assert.equal(code(outcome(['(0009,{OUR SITE}01) := "plantedname"'])), 'held VERIFICATION_FAILED');
    assert.equal(code(outcome(['(0010,0010) := "Plantedname"'])), 'held VERIFICATION_FAILED');
  });

  it('does not take the digits of a hash for a short ID of the patient', () => {
    const id = hashedUid(`${base}3`).slice(9, 13);
    const elements = [{ tag: 0x00100020, vr: 'LO', value: id }];
    assert.equal(
      outcome(['(0008,0018) := hashUID[(0008,0018)]', `(0020,0052) := hashUID["${base}3"]`], elements).status,
      'verified',
    );
    assert.equal(code(outcome([`(0008,1030) := "patient ${id}"`], elements)), 'held VERIFICATION_FAILED');
  });

  it('holds an object whose character set a script changes', () => {
    assert.equal(code(outcome(['(0008,0005) := "ISO_IR 192"'])), 'held CONTENT_NOT_SUPPORTED');
    assert.equal(code(outcome(['-(0008,0005)'])), 'held CONTENT_NOT_SUPPORTED');
  });

  it('skips what a script rejects, and tells its errors with their place', () => {
    assert.equal(code(outcome(['(0008,0060) = "CT" ? reject[]'])), 'skipped SCRIPT_REJECTED');
    const failed = outcome(['-(0010,0010)', '(0028,0010) := "Plantedname"']);
    assert.equal(code(failed), 'failed SCRIPT_ERROR');
    assert.match(
      failed.status === 'failed' ? failed.reason : '',
      /script of the site failed: line 3, column 1: /,
    );
    assert.ok(!JSON.stringify(failed).includes('Planted'));
  });

  it('blacks out pixels and sends the rest as it was', () => {
    for (const syntax of ['explicit', 'implicit', 'deflated'] as const) {
      const { bytes } = bench('alterPixels["rectangle", "l=0,t=0,r=2,b=1", "solid", "v=0"]').made(
        ctElements(),
        { syntax },
      );
      const expected = Buffer.from(pixels).fill(0, 0, 4);
      assert.ok(bytes.subarray(-pixels.length).equals(expected), syntax);
    }
    assert.equal(code(outcome(['-(7FE0,0010)'])), 'held VERIFICATION_FAILED');
    assert.equal(code(outcome(['(7FE0,0010) := "x"'])), 'held VERIFICATION_FAILED');
  });

  it('gives every object a scope of its own', () => {
    const rig = bench(
      '(0008,0060) = "MR" ? leaked := (0010,0010)',
      '(0008,0060) = "MR" ? (0008,1030) := leaked',
    );
    assert.equal(rig.run(ctElements([{ tag: 0x00080060, vr: 'CS', value: 'MR' }])).status, 'verified');
    const wrong = bench('(0008,0060) = "MR" ? leaked := "A"', '(0008,1030) := leaked');
    const path = [
      wrong.file(ctElements([{ tag: 0x00080060, vr: 'CS', value: 'MR' }])),
      wrong.file(ctElements()),
    ] as const;
    assert.deepEqual(
      path.map((file) => wrong.runFile(file).status),
      ['verified', 'failed'],
    );
  });

  it('runs site and project scripts of both versions in their order', () => {
    const scripts: readonly ScriptSource[] = [
      {
        origin: 'site',
        text: 'project = "Unassigned" : (0008,1030) := (0008,1030)\n(0008,1030) := project\n',
      },
      { origin: 'project', text: 'version "6.1"\n(0008,1030) := concatenate[(0008,1030), "!"]' },
    ];
    const rig = new DeidBench({
      scripts,
      variables: { project: 'P', subject: 'S', session: 'E' },
      identity: { patientName: 'S', patientId: 'E' },
    });
    benches.push(rig);
    assert.equal(textsOf(rig.made(ctElements()).object.elements)['00081030'], 'P!');
  });

  it('does with the stock scripts what is done without them', () => {
    const stock: readonly ScriptSource[] = [
      {
        origin: 'site',
        text: 'project = "Unassigned" : (0008,1030) := (0008,1030)\n(0008,1030) := project\n(0010,0010) := subject\n(0010,0020) := session\n',
      },
    ];
    const variables = { project: 'PROJ1', subject: 'Subj00001', session: 'Subj00001-Study1' };
    const scripted = new DeidBench({
      scripts: stock,
      variables,
      identity: { patientName: variables.subject, patientId: variables.session },
    });
    const native = new DeidBench();
    benches.push(scripted, native);
    assert.ok(scripted.made(ctElements()).bytes.equals(native.made(ctElements()).bytes));
  });
});
