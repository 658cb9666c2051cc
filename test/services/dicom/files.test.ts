import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Segment } from '../../../src/services/deid/types.js';
import { openContentSource } from '../../../src/services/dicom/contentSource.js';
import { findElement, firstText } from '../../../src/services/dicom/elements.js';
import { openFileSource } from '../../../src/services/dicom/fileSource.js';
import { readDicom } from '../../../src/services/dicom/part10Reader.js';
import { encodeDataSet, segmentsSize } from '../../../src/services/dicom/part10Writer.js';
import { segmentSource } from '../../../src/services/dicom/segmentSource.js';
import { tags } from '../../../src/services/dicom/tags.js';
import { writeObject } from '../../../src/services/dicom/writeSegments.js';
import {
  buildDataSet,
  buildDicom,
  buildElement,
  buildSample,
  sampleElements,
  samplePixels,
} from '../../support/dicomBuilder.js';
import { refused } from '../../support/dicomChecks.js';

describe('objects in files', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'gift-cloud-test-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  function file(name: string, bytes: Buffer): string {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  }

  describe('as sources', () => {
    it('reads, fills and stops at the end', () => {
      const source = openFileSource(file('source', Buffer.from('0123456789')));
      assert.equal(source.size, 10);
      assert.equal(source.read(3, 4).toString(), '3456');
      assert.equal(source.read(8, 10).toString(), '89');
      assert.equal(source.read(20, 10).length, 0);
      const target = Buffer.alloc(4);
      assert.equal(source.readInto(target, 8), 2);
      assert.deepEqual(source.currentStamp(), source.stamp);
      source.close();
      source.close();
    });

    it('refuses what is no readable file, without its name', () => {
      mkdirSync(join(folder, 'directory-secret'));
      execFileSync('mkfifo', [join(folder, 'pipe-secret')]);
      for (const name of ['directory-secret', 'pipe-secret', 'missing-secret']) {
        const error = refused(() => openFileSource(join(folder, name)), 'FILE_UNREADABLE');
        assert.ok(!(error.message + error.hint).includes('secret'));
      }
    });

    it('reads segments before they are written', () => {
      const content = openFileSource(file('content', Buffer.from('abcdefghij')));
      const source = segmentSource(
        [{ bytes: Buffer.from('123') }, { range: { offset: 2, length: 4 } }, { bytes: Buffer.from('45') }],
        content,
      );
      assert.equal(source.size, 9);
      assert.equal(source.read(0, 100).toString(), '123cdef45');
      for (let at = 0; at <= 9; at += 1) {
        for (let length = 0; length <= 9; length += 1) {
          assert.equal(source.read(at, length).toString(), '123cdef45'.slice(at, at + length));
        }
      }
      content.close();
    });
  });

  describe('written from segments', () => {
    const parts: readonly Segment[] = [
      { bytes: Buffer.from('head-') },
      { range: { offset: 10, length: 3_000_000 } },
      { bytes: Buffer.alloc(0) },
      { range: { offset: 0, length: 7 } },
      { bytes: Buffer.from('-tail') },
    ];
    const content = Buffer.from(
      Array.from({ length: 3_000_010 }, (_, index) => (index * 31 + (index >> 9)) & 0xff),
    );
    const expected = Buffer.concat([
      Buffer.from('head-'),
      content.subarray(10),
      content.subarray(0, 7),
      Buffer.from('-tail'),
    ]);

    it('copies bytes and ranges, whatever the scratch size', () => {
      const source = file('large', content);
      for (const scratch of [undefined, Buffer.alloc(4_000_000), Buffer.alloc(1000)]) {
        const out = join(folder, 'large.out');
        writeObject(source, parts, out, scratch ? { scratch } : {});
        assert.ok(readFileSync(out).equals(expected));
      }
    });

    it('leaves nothing behind when the source changed', () => {
      const path = file('changing', content);
      const { stamp } = openFileSource(path);
      utimesSync(path, 1, 1);
      refused(() => writeObject(path, parts, join(folder, 'changed.out'), { stamp }), 'FILE_CHANGED');
      const unread = { ...proxied(openFileSource(path)), readInto: () => assert.fail('was copied') };
      refused(() => writeObject(unread, parts, join(folder, 'changed.out'), { stamp }), 'FILE_CHANGED');
      unread.close();

      // Touched while it is copied: the stamp at the end tells.
      const source = openFileSource(path);
      const touching = {
        ...proxied(source),
        readInto: (target: Uint8Array, position: number) => {
          utimesSync(path, 2, 2);
          return source.readInto(target, position);
        },
      };
      refused(() => writeObject(touching, parts, join(folder, 'changed.out')), 'FILE_CHANGED');

      const short = openFileSource(file('short', content.subarray(0, 1000)));
      refused(() => writeObject(short, parts, join(folder, 'changed.out')), 'FILE_CHANGED');
      assert.deepEqual(
        readdirSync(folder).filter((name) => name.startsWith('changed.out')),
        [],
      );
      source.close();
      short.close();
    });

    it('says what is wrong with the target, without its name', () => {
      const source = file('small', content.subarray(0, 100));
      const out = join(folder, 'missing-folder-secret', 'out');
      const error = refused(() => writeObject(source, [], out), 'FILE_UNREADABLE');
      assert.ok(!(error.message + error.hint).includes('secret'));
    });

    it('reports a full disk', function () {
      const out = '/dev/full';
      const source = file('small', content.subarray(0, 100));
      const segments: Segment[] = [{ bytes: Buffer.from('x') }];
      // `/dev/full.part` cannot be made, so the device takes the place of the part file by a link.
      execFileSync('ln', ['-sf', out, join(folder, 'full.part')]);
      refused(() => writeObject(source, segments, join(folder, 'full')), 'DISK_FULL');
    });
  });

  it('a deflated object is copied from its inflated data set', () => {
    const path = file('deflated.dcm', buildSample({ syntax: 'deflated', rows: 300, columns: 300 }));
    const source = openFileSource(path);
    const object = readDicom(source);
    source.close();
    const segments = encodeDataSet(object.elements, object.encoding);
    assert.equal(segments.length, 2);
    const out = join(folder, 'inflated.dataset');
    writeObject(path, segments, out, { deflated: true });
    const pixels = samplePixels({ rows: 300, columns: 300 });
    assert.ok(
      readFileSync(out).equals(buildDataSet([...sampleElements({ rows: 300, columns: 300 }), pixels])),
    );
    const content = openContentSource(path, true);
    assert.equal(content.size, segmentsSize(segments));
    content.close();
  });

  it('an object of more than 4 GiB: positions and lengths stay exact', () => {
    const fragment = 3 * 1024 ** 3;
    const item = (length: number): Buffer => {
      const bytes = Buffer.from('feff00e000000000', 'hex');
      bytes.writeUInt32LE(length, 4);
      return bytes;
    };
    const head = buildDicom(sampleElements(), { syntax: 'encapsulated' });
    const pixels = Buffer.concat([
      buildElement({ tag: tags.PixelData, vr: 'OB', declaredLength: 0xffffffff }),
      item(0),
    ]);
    const behind = buildElement({ tag: 0x7fe10010, vr: 'LO', value: 'behind' });
    const path = join(folder, 'huge.dcm');
    const fd = openSync(path, 'w');
    let at = 0;
    const put = (bytes: Buffer, thenSkip = 0): void => {
      at += writeSync(fd, bytes, 0, bytes.length, at) + thenSkip;
    };
    put(Buffer.concat([head, pixels]));
    put(item(fragment), fragment);
    put(item(fragment), fragment - 4);
    put(Buffer.from('last'));
    put(Buffer.from('feffdde000000000', 'hex'));
    put(behind);
    ftruncateSync(fd, at);
    closeSync(fd);

    const source = openFileSource(path);
    const object = readDicom(source);
    const range = findElement(object.elements, tags.PixelData)?.range;
    assert.equal(range?.offset, head.length);
    assert.equal(range.length, pixels.length + 2 * (8 + fragment) + 8);
    assert.equal(firstText(object.elements, 0x7fe10010), 'behind');
    const segments = encodeDataSet(object.elements, object.encoding);
    assert.equal(segmentsSize(segments), at - (head.length - buildDataSet(sampleElements()).length));

    const out = join(folder, 'huge.tail');
    writeObject(source, [{ range: { offset: range.offset + range.length - 12, length: 12 } }], out);
    assert.deepEqual(
      readFileSync(out),
      Buffer.concat([Buffer.from('last'), Buffer.from('feffdde000000000', 'hex')]),
    );
    source.close();
    rmSync(path);
  });
});

/** The members of a source as plain properties, for overriding one. */
function proxied(source: ReturnType<typeof openFileSource>): ReturnType<typeof openFileSource> {
  return {
    size: source.size,
    stamp: source.stamp,
    read: (position, length) => source.read(position, length),
    readInto: (target, position) => source.readInto(target, position),
    currentStamp: () => source.currentStamp(),
    close: () => source.close(),
  };
}
