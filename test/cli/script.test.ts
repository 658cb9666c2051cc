import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { firstText } from '../../src/services/dicom/elements.js';
import { readDicom } from '../../src/services/dicom/part10Reader.js';
import { tags } from '../../src/services/dicom/tags.js';
import { buildDicom, type BuiltElement, type Syntax } from '../support/dicomBuilder.js';
import { MemorySource } from '../support/memorySource.js';
import { CommandLine, type Finished } from './support/commandLine.js';

const elements: readonly BuiltElement[] = [
  { tag: 0x00080016, vr: 'UI', value: '1.2.840.10008.5.1.4.1.1.7' },
  { tag: 0x00080018, vr: 'UI', value: '1.2.826.0.1.3680043.10.999.1' },
  { tag: 0x00100010, vr: 'PN', value: 'Planted^Name' },
  { tag: 0x00100020, vr: 'LO', value: 'PLANT-1' },
  { tag: 0x00280002, vr: 'US', value: [1] },
  { tag: 0x00280010, vr: 'US', value: [2] },
  { tag: 0x00280011, vr: 'US', value: [2] },
  { tag: 0x00280100, vr: 'US', value: [8] },
  { tag: 0x7fe00010, vr: 'OB', value: Buffer.from([1, 2, 3, 4]) },
];

describe('gift-cloud script', () => {
  let cli: CommandLine;

  beforeEach(() => {
    cli = new CommandLine();
    input();
  });
  afterEach(() => cli.close());

  function input(syntax: Syntax = 'explicit'): void {
    writeFileSync(
      cli.path('in.dcm'),
      buildDicom(elements, { syntax, sopInstanceUid: '1.2.826.0.1.3680043.10.999.1' }),
    );
  }

  function run(script: string, ...more: readonly string[]): Promise<Finished> {
    writeFileSync(cli.path('s.das'), script);
    return cli.run(['script', 's.das', '--in', 'in.dcm', '--out', 'out.dcm', ...more]);
  }

  const out = (): ReturnType<typeof readDicom> =>
    readDicom(new MemorySource(readFileSync(cli.path('out.dcm'))));

  it('applies a script and says that the result is not de-identified', async () => {
    const finished = await run(
      'version "6.6"\n(0010,0010) := subject\necho "hello"\n',
      '--var',
      'subject=S=1',
    );
    assert.equal(finished.code, 0, finished.stderr);
    assert.equal(finished.stdout, 'hello\n');
    assert.match(finished.stderr, /not de-identified/);
    assert.equal(firstText(out().elements, tags.PatientName), 'S=1');
    assert.equal(firstText(out().elements, tags.PatientID), 'PLANT-1');
  });

  it('runs several scripts of both versions, with a lookup table', async () => {
    writeFileSync(cli.path('second.das'), '(0010,0020) := (0010,0010)\n');
    writeFileSync(cli.path('ids.txt'), 'ids/PLANT-1 = S-77\n');
    const finished = await run(
      'version "6.1"\n(0010,0010) := lookup["ids", (0010,0020)]',
      'second.das',
      '--lookup',
      'ids.txt',
    );
    assert.equal(finished.code, 0, finished.stderr);
    assert.equal(firstText(out().elements, tags.PatientID), 'S-77');
  });

  it('keeps file meta true to the object, and writes deflated objects inflated', async () => {
    for (const syntax of ['implicit', 'deflated'] as const) {
      input(syntax);
      assert.equal((await run('(0008,0018) := hashUID[(0008,0018)]')).code, 0);
      const made = out();
      assert.equal(
        firstText(made.fileMeta, tags.MediaStorageSOPInstanceUID),
        firstText(made.elements, tags.SOPInstanceUID),
      );
      assert.equal(
        made.transferSyntaxUid,
        syntax === 'implicit' ? '1.2.840.10008.1.2' : '1.2.840.10008.1.2.1',
      );
      assert.deepEqual([...readFileSync(cli.path('out.dcm')).subarray(-4)], [1, 2, 3, 4]);
    }
  });

  it('blacks out pixels', async () => {
    const finished = await run('version "6.6"\nalterPixels["rectangle", "l=0,t=0,r=1,b=2", "solid", "v=0"]');
    assert.equal(finished.code, 0, finished.stderr);
    assert.deepEqual([...readFileSync(cli.path('out.dcm')).subarray(-4)], [0, 2, 0, 4]);
  });

  it('ends with 6 when the script rejects the object, unless told otherwise', async () => {
    const script = 'version "6.6"\nreject[]\n(0010,0010) := "A"';
    const finished = await run(script, '--json');
    assert.equal(finished.code, 6);
    assert.equal(finished.summary.error?.code, 'SCRIPT_REJECTED');
    assert.ok(!existsSync(cli.path('out.dcm')));
    assert.equal((await run(script, '--allow-reject')).code, 0);
    assert.equal(firstText(out().elements, tags.PatientName), 'A');
  });

  for (const [what, script, place] of [
    ['syntax', 'version "6.6"\n-(0010,0010);', 'line 2, column 13'],
    ['its version', 'version "9"\n', 'line 1, column 1'],
    ['a function', '\n(0010,0010) := nothing["a"]', 'line 2, column 16'],
    ['a variable', '(0010,0010) := subject', 'line 1, column 16'],
    [
      'evaluation',
      'version "6.6"\n(0010,0020) := "A"\n(0010,0010) := substring["a", 0, 9]',
      'line 3, column 16',
    ],
    ['getURL', 'version "6.6"\n(0010,0010) := getURL["http://127.0.0.1:1/"]', 'line 2, column 16'],
  ] as const) {
    it(`ends with 7 at an error of ${what}: the place on standard error, nothing written`, async () => {
      const finished = await run(script);
      assert.equal(finished.code, 7, finished.stderr);
      assert.ok(finished.stderr.includes(`script 1, ${place}: `), finished.stderr);
      assert.ok(!finished.stderr.includes('Planted'));
      assert.ok(!existsSync(cli.path('out.dcm')));
    });
  }

  it('ends with 7 at a lookup table that is none', async () => {
    writeFileSync(cli.path('ids.txt'), 'ids/1 = 2\nPLANT-1\n');
    const finished = await run('version "6.6"\n', '--lookup', 'ids.txt');
    assert.equal(finished.code, 7);
    assert.match(finished.stderr, /lookup table, line 2, column 1/);
    assert.ok(!finished.stderr.includes('PLANT'));
  });

  it('ends with 1 for what it can not do and for files that are no DICOM', async () => {
    writeFileSync(cli.path('in.dcm'), buildDicom([...elements.slice(0, -1), { tag: 0x7fe00010, vr: 'OB', undefinedLength: true, fragments: [Buffer.alloc(4, 1)] }], { syntax: 'encapsulated' })); // prettier-ignore
    const script = 'version "6.6"\nalterPixels["rectangle", "l=0,t=0,r=1,b=2", "solid", "v=0"]';
    assert.equal((await run(script)).code, 1);
    writeFileSync(cli.path('in.dcm'), 'no image');
    assert.equal((await run(script)).code, 1);
    assert.ok(!existsSync(cli.path('out.dcm')));
  });

  it('calls mistakes of usage so, and never writes over its input', async () => {
    const before = statSync(cli.path('in.dcm')).mtimeMs;
    writeFileSync(cli.path('s.das'), 'version "6.6"\n-(0010,0010)');
    writeFileSync(cli.path('latin.das'), Buffer.from('(0010,0010) := "\xe9"', 'latin1'));
    for (const args of [
      ['--in', 'in.dcm', '--out', 'out.dcm'],
      ['s.das', '--in', 'in.dcm'],
      ['s.das', '--in', 'in.dcm', '--out', './in.dcm'],
      ['s.das', '--in', 'in.dcm', '--out', 'out.dcm', '--var', 'novalue'],
      ['missing.das', '--in', 'in.dcm', '--out', 'out.dcm'],
      ['latin.das', '--in', 'in.dcm', '--out', 'out.dcm'],
      ['s.das', '--in', 'in.dcm', '--out', 'out.dcm', '--lookup', 'missing.txt'],
    ]) {
      assert.equal((await cli.run(['script', ...args])).code, 2, args.join(' '));
    }
    assert.equal(statSync(cli.path('in.dcm')).mtimeMs, before);
    assert.ok(!existsSync(cli.path('out.dcm')));
  });
});
