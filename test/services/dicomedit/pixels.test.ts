import assert from 'node:assert/strict';
import { filledRanges } from '../../../src/services/dicomedit/run/pixelFill.js';
import { runScripts } from '../../../src/services/dicomedit/runScripts.js';
import { readDicom } from '../../../src/services/dicom/part10Reader.js';
import { buildDicom, type BuiltElement, type Syntax } from '../../support/dicomBuilder.js';
import { MemorySource } from '../../support/memorySource.js';
import { environmentOf, parsed, six, textsOf } from './scriptBench.js';

interface Image {
  readonly bits?: number;
  readonly samples?: number;
  readonly planar?: number;
  readonly frames?: number;
}

/** 4 x 3 pixels whose bytes count up from 1. */
function image({ bits = 8, samples = 1, planar = 0, frames = 1 }: Image, more: readonly BuiltElement[] = []) {
  const length = 12 * (bits / 8) * samples * frames;
  return [
    { tag: 0x00280002, vr: 'US', value: [samples] },
    { tag: 0x00280006, vr: 'US', value: [planar] },
    { tag: 0x00280008, vr: 'IS', value: String(frames) },
    { tag: 0x00280010, vr: 'US', value: [3] },
    { tag: 0x00280011, vr: 'US', value: [4] },
    { tag: 0x00280100, vr: 'US', value: [bits] },
    ...more,
    { tag: 0x7fe00010, vr: 'OW', value: Buffer.from(Array.from({ length }, (_, index) => index + 1)) },
  ] satisfies readonly BuiltElement[];
}

interface Altered {
  readonly status: string;
  readonly pixels: readonly number[];
  readonly texts: Readonly<Record<string, string>>;
}

function altered(elements: readonly BuiltElement[], region: string, syntax: Syntax = 'explicit'): Altered {
  const bytes = buildDicom(elements, { syntax });
  const object = readDicom(new MemorySource(bytes));
  const script = parsed(six(`alterPixels["Rectangle", "${region}", "solid", "v=100"]`));
  const outcome = runScripts([script], object, environmentOf());
  if (outcome.status !== 'applied') return { status: outcome.status, pixels: [], texts: {} };
  const range = object.elements.at(-1)?.range ?? { offset: 0, length: 0 };
  for (const fill of outcome.fills)
    for (const { offset, length } of filledRanges(fill)) bytes.fill(0, offset, offset + length);
  const header = syntax === 'implicit' ? 8 : 12;
  return {
    status: outcome.status,
    pixels: [...bytes.subarray(range.offset + header, range.offset + range.length)],
    texts: textsOf(outcome.elements),
  };
}

/** Places of the bytes that became 0. */
function blackened(elements: readonly BuiltElement[], region: string, syntax: Syntax = 'explicit'): number[] {
  return altered(elements, region, syntax).pixels.flatMap((byte, index) => (byte === 0 ? [index] : []));
}

describe('DicomEdit 6: alterPixels', () => {
  it('blackens a rectangle of 8 bits, in either little endian syntax', () => {
    assert.deepEqual(blackened(image({}), 'l=1, t=1, r=3, b=3'), [5, 6, 9, 10]);
    assert.deepEqual(blackened(image({}), 'left=1, top=1, right=3, bottom=3', 'implicit'), [5, 6, 9, 10]);
  });

  it('blackens 16 bits, every frame and every sample', () => {
    assert.deepEqual(blackened(image({ bits: 16 }), 'l=0,t=0,r=1,b=2'), [0, 1, 8, 9]);
    assert.deepEqual(blackened(image({ frames: 2 }), 'l=3,t=2,r=4,b=3'), [11, 23]);
    assert.deepEqual(blackened(image({ samples: 3 }), 'l=1,t=0,r=2,b=1'), [3, 4, 5]);
    assert.deepEqual(blackened(image({ samples: 3, planar: 1 }), 'l=1,t=0,r=2,b=1'), [1, 13, 25]);
  });

  it('stays inside of the image, and begins at l and t when the corners are swapped', () => {
    assert.deepEqual(blackened(image({}), 'l=3,t=2,r=100,b=100'), [11]);
    assert.deepEqual(blackened(image({}), 'l=-1,t=0,r=1,b=1'), [0]);
    assert.deepEqual(blackened(image({}), 'l=2,t=1,r=1,b=0'), [6]);
  });

  it('says in the header what was done', () => {
    const { texts } = altered(image({}, [{ tag: 0x00280301, vr: 'CS', value: 'YES' }]), 'l=0,t=0,r=1,b=1');
    assert.deepEqual(
      [texts['00280301'], texts['00120063'], texts['00120064[0]/00080100']],
      ['NO', 'Burned in text blacked out', '113101'],
    );
    const outside = altered(image({}, [{ tag: 0x00280301, vr: 'CS', value: 'YES' }]), 'l=9,t=9,r=10,b=10');
    assert.deepEqual([outside.texts['00280301'], outside.texts['00120063']], [undefined, undefined]);
  });

  it('skips objects without pixels', () => {
    assert.equal(altered(image({}).slice(0, -1), 'l=0,t=0,r=1,b=1').status, 'applied');
  });

  it('holds what it can not change', () => {
    const fragments: BuiltElement = {
      tag: 0x7fe00010,
      vr: 'OB',
      undefinedLength: true,
      fragments: [Buffer.alloc(8, 1)],
    };
    assert.equal(
      altered([...image({}).slice(0, -1), fragments], 'l=0,t=0,r=1,b=1', 'encapsulated').status,
      'held',
    );
    assert.equal(altered(image({ bits: 32 }), 'l=0,t=0,r=1,b=1').status, 'held');
    const short: BuiltElement = { tag: 0x7fe00010, vr: 'OW', value: Buffer.alloc(8, 1) };
    assert.equal(altered([...image({}).slice(0, -1), short], 'l=0,t=0,r=1,b=1').status, 'held');
  });

  it('refuses other shapes, fills and values', () => {
    for (const args of [
      '"circle", "l=0,t=0,r=1,b=1", "solid", ""',
      '"rectangle", "l=0,t=0,r=1", "solid", ""',
      '"rectangle", "l=0,t=0,r=1,b=x", "solid", ""',
      '"rectangle", "l=0,t=0,r=1,b=1", "striped", ""',
      '"rectangle", "l=0,t=0,r=1,b=1", "solid", "v=300"',
    ]) {
      const object = readDicom(new MemorySource(buildDicom(image({}))));
      assert.equal(
        runScripts([parsed(six(`alterPixels[${args}]`))], object, environmentOf()).status,
        'error',
        args,
      );
    }
  });
});
