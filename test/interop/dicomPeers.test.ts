import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataElement } from '../../src/services/dicom/dataSet.js';
import { decodeText } from '../../src/services/dicom/charsets.js';
import { findElement, firstText, textElement, textValues } from '../../src/services/dicom/elements.js';
import { openFileSource } from '../../src/services/dicom/fileSource.js';
import { readDicom } from '../../src/services/dicom/part10Reader.js';
import { encodeDataSet, encodeFileMeta } from '../../src/services/dicom/part10Writer.js';
import { tags } from '../../src/services/dicom/tags.js';
import { transferSyntaxUids } from '../../src/services/dicom/transferSyntaxes.js';
import { writeObject } from '../../src/services/dicom/writeSegments.js';
import { forgetBytes } from '../support/dicomChecks.js';
import { buildDicom, buildSample, sampleElements, samplePixels } from '../support/dicomBuilder.js';

/** Every element that pydicom reads, nested ones too, as "path VR hex-of-value"; pixels as a hash. */
const pydicomDump = `
import hashlib, sys, pydicom
from pydicom.dataelem import RawDataElement
def walk(dataset, path):
    for tag in sorted(dataset.keys()):
        element = dataset[tag]
        name = path + '/%08x' % tag
        if element.VR == 'SQ':
            print(name, 'SQ', len(element.value))
            for number, item in enumerate(element.value):
                walk(item, name + '[%d]' % number)
        elif isinstance(element.value, bytes):
            print(name, hashlib.md5(element.value).hexdigest())
        else:
            print(name, repr(element.value))
for path in sys.argv[1:]:
    dataset = pydicom.dcmread(path)
    print(dataset.file_meta.TransferSyntaxUID)
    walk(dataset, '')
`;

function pydicom(...paths: readonly string[]): string {
  return execFileSync('/usr/bin/python3', ['-c', pydicomDump, ...paths], { encoding: 'utf8' });
}

function dcmdump(path: string): string {
  return execFileSync('dcmdump', ['-q', '+L', '+uc', '-Un', path], { encoding: 'latin1' });
}

/** Reads a file and writes it again; `edit` changes the elements before. Every element is encoded anew when asked. */
function copy(
  from: string,
  to: string,
  edit: (elements: readonly DataElement[]) => readonly DataElement[],
): void {
  const source = openFileSource(from);
  const object = readDicom(source);
  source.close();
  const syntax = object.deflated ? transferSyntaxUids.explicitLittleEndian : object.transferSyntaxUid;
  const meta = object.fileMeta.map((element) =>
    element.tag === tags.TransferSyntaxUID
      ? textElement(element.tag, 'UI', syntax, { explicitVr: true, bigEndian: false })
      : element,
  );
  const segments = [
    { bytes: encodeFileMeta(meta) },
    ...encodeDataSet(edit(object.elements), object.encoding),
  ];
  writeObject(from, segments, to, { deflated: object.deflated });
}

/** Without the transfer syntax (deflated becomes plain) and what is dropped on purpose: group lengths, padding at the end. */
function content(dump: string): string {
  return dump.slice(dump.indexOf('\n')).replace(/^(?:.*\/[0-9a-f]{4}0000|\/fffcfffc) .*\n/gm, '');
}

describe('DICOM files beside DCMTK, GDCM and pydicom', () => {
  let folder: string;
  let original: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'gift-cloud-test-'));
    original = join(folder, 'original.dcm');
    writeFileSync(original, buildSample({ rows: 64, columns: 64 }));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const peers: Readonly<Record<string, (from: string, to: string) => void>> = {
    'dcmconv implicit': (from, to) => execFileSync('dcmconv', ['+ti', from, to]),
    'dcmconv explicit': (from, to) => execFileSync('dcmconv', ['+te', from, to]),
    'dcmconv big endian': (from, to) => execFileSync('dcmconv', ['+tb', from, to]),
    'dcmconv deflated': (from, to) => execFileSync('dcmconv', ['+td', from, to]),
    'dcmconv defined lengths': (from, to) => execFileSync('dcmconv', ['+te', '+e', from, to]),
    'dcmconv undefined lengths': (from, to) => execFileSync('dcmconv', ['+te', '-e', from, to]),
    'dcmconv group lengths and padding': (from, to) =>
      execFileSync('dcmconv', ['+te', '+g', '-p', '+p', '1024', '1024', from, to]),
    'dcmconv bare data set': (from, to) => execFileSync('dcmconv', ['-F', '+te', from, to]),
    dcmcrle: (from, to) => execFileSync('dcmcrle', [from, to]),
    'dcmcjpeg lossless': (from, to) => execFileSync('dcmcjpeg', [from, to]),
    dcmcjpls: (from, to) => execFileSync('dcmcjpls', [from, to]),
    'gdcmconv JPEG 2000': (from, to) => execFileSync('gdcmconv', ['--j2k', from, to]),
    'gdcmconv implicit': (from, to) => execFileSync('gdcmconv', ['--implicit', from, to]),
  };

  for (const [peer, make] of Object.entries(peers)) {
    it(`${peer}: our copy holds the same, untouched and encoded anew`, () => {
      const input = join(folder, 'peer.dcm');
      make(original, input);
      const bare = peer.includes('bare');
      for (const edit of [
        (elements: readonly DataElement[]) => elements,
        (elements: readonly DataElement[]) => elements.map(forgetBytes),
      ]) {
        const output = join(folder, 'copy.dcm');
        if (bare) {
          const source = openFileSource(input);
          const object = readDicom(source);
          assert.equal(object.transferSyntaxUid, transferSyntaxUids.explicitLittleEndian);
          writeObject(source, encodeDataSet(edit(object.elements), object.encoding), output);
          source.close();
          assert.deepEqual(readFileSync(output), readFileSync(input));
          continue;
        }
        copy(input, output, edit);
        assert.equal(content(pydicom(output)), content(pydicom(input)));
        assert.match(dcmdump(output), /\(0010,0010\) PN/);
        assert.equal(
          execFileSync('gdcminfo', [output], { encoding: 'latin1' }).includes('TransferSyntax is'),
          true,
        );
      }
    });
  }

  for (const syntax of ['implicit', 'explicit', 'big'] as const) {
    it(`DCMTK sees the same data set in our copy, ${syntax}`, () => {
      const input = join(folder, `${syntax}.dcm`);
      const output = join(folder, `${syntax}.copy.dcm`);
      writeFileSync(input, buildSample({ syntax, rows: 64, columns: 64 }));
      copy(input, output, (elements) => elements.map(forgetBytes));
      const dataSet = (path: string): string => dcmdump(path).replace(/^[\s\S]*# Dicom-Data-Set/, '');
      assert.equal(dataSet(output), dataSet(input));
      const findings = (path: string): string[] => verify(path).filter((line) => line.startsWith('Error'));
      assert.deepEqual(findings(output), findings(input));
    });
  }

  it('texts are decoded as pydicom does', () => {
    const names: readonly (readonly [string, string])[] = [
      ['ISO_IR 100', 'M\xfcller^J\xf6rg'],
      ['ISO_IR 101', 'Wa\xb3\xeasa'],
      ['ISO_IR 126', '\xc4\xe9\xef\xed'],
      ['ISO_IR 127', '\xe2\xc8\xc7'],
      ['ISO_IR 138', '\xf9\xf8\xe5\xef'],
      ['ISO_IR 144', '\xbb\xee\xda'],
      ['ISO_IR 13', '\xd4\xcf\xc0\xde'],
      ['ISO_IR 166', '\xca\xc1\xaa\xd2\xc2'],
      ['ISO_IR 192', 'Wang^\xe5\xb0\x8f\xe4\xb8\x9c'],
      ['GB18030', 'Wang^\xd0\xa1\xb6\xab'],
      ['\\ISO 2022 IR 87', 'Yamada=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B'],
      ['\\ISO 2022 IR 149', 'Hong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7'],
      ['ISO 2022 IR 100\\ISO 2022 IR 144', 'M\xfcller^\x1b-L\xbb\xee\xda'],
    ];
    const script = `
import sys, pydicom
for path in sys.argv[1:]:
    print(str(pydicom.dcmread(path).PatientName))
`;
    const paths = names.map(([set, raw], index) => {
      const path = join(folder, `name${index}.dcm`);
      const elements = sampleElements({ patientName: raw }).map((element) =>
        element.tag === tags.SpecificCharacterSet ? { ...element, value: set } : element,
      );
      writeFileSync(path, buildDicom([...elements, samplePixels()]));
      return path;
    });
    const theirs = execFileSync('/usr/bin/python3', ['-c', script, ...paths], { encoding: 'utf8' }).split(
      '\n',
    );
    paths.forEach((path, index) => {
      const source = openFileSource(path);
      const { elements } = readDicom(source);
      source.close();
      const sets = textValues(findElement(elements, tags.SpecificCharacterSet));
      assert.equal(firstText(elements, tags.PatientName, sets), theirs[index], sets.join('\\'));
    });
    assert.equal(decodeText(Buffer.from('x'), []), 'x');
  });
});

function verify(path: string): string[] {
  try {
    return execFileSync('dciodvfy', [path], { encoding: 'latin1', stdio: ['ignore', 'pipe', 'pipe'] }).split(
      '\n',
    );
  } catch (error) {
    const { stderr, stdout } = error as { stderr?: string; stdout?: string };
    return `${stdout ?? ''}\n${stderr ?? ''}`.split('\n');
  }
}
