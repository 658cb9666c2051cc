// Objects to measure with, generated: slices of a series, and one large multi-frame object with a header of its size.
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildDicom, sampleElements, type BuiltElement, type BuiltItem } from '../../support/dicomBuilder.js';
import { changed, uidRoot } from '../../support/seriesFiles.js';

export interface Slices {
  readonly count: number;
  /** Rows and columns of 16 bits. */
  readonly side: number;
  readonly modality: 'CT' | 'MR';
  /** Number of the patient with a study and a series of its own. */
  readonly patient?: number;
}

const imageClasses = { CT: '1.2.840.10008.5.1.4.1.1.2', MR: '1.2.840.10008.5.1.4.1.1.4' } as const;
const enhancedCt = '1.2.840.10008.5.1.4.1.1.2.1';
const jpegLsLossless = '1.2.840.10008.1.2.4.80';

/** Writes the slices of one series into a folder of its own. */
export function writeSlices(folder: string, { count, side, modality, patient = 1 }: Slices): void {
  mkdirSync(folder, { recursive: true });
  const pixels = noise(side * side * 2);
  for (let number = 1; number <= count; number++) {
    pixels.writeUInt32LE(number, 0);
    const elements = sampleElements({
      patientId: `HOSP${patient}`,
      patientName: `Patient^Number${patient}`,
      studyInstanceUid: `${uidRoot}.${patient}`,
      seriesInstanceUid: `${uidRoot}.${patient}.1`,
      sopInstanceUid: `${uidRoot}.${patient}.1.${number}`,
      modality,
      rows: side,
      columns: side,
    });
    const ofSlice = changed(elements, [
      { tag: 0x00080016, vr: 'UI', value: imageClasses[modality] },
      { tag: 0x00200013, vr: 'IS', value: String(number) },
      { tag: 0x7fe00010, vr: 'OW', value: pixels },
    ]);
    writeFileSync(join(folder, `IM${String(number).padStart(5, '0')}`), buildDicom(ofSlice));
  }
}

export interface MultiFrame {
  readonly frames: number;
  /** Rows and columns of 16 bits. */
  readonly side: number;
}

/** Writes an enhanced CT of native frames, with an item of functional groups for each. */
export function writeMultiFrame(path: string, image: MultiFrame): void {
  const { frames, side } = image;
  const frameSize = side * side * 2;
  const pixels: BuiltElement = { tag: 0x7fe00010, vr: 'OW', declaredLength: frames * frameSize };
  writeFrames(path, buildDicom([...multiFrameElements(image), pixels]), frames, noise(frameSize));
}

/**
 * The same in one fragment a frame: native pixels end at 4 GiB (PS3.5 7.1.2), encapsulated ones do not. Nobody here
 * decodes them, so the fragments are noise.
 */
export function writeEncapsulatedMultiFrame(path: string, image: MultiFrame): void {
  const { frames, side } = image;
  const frameSize = side * side * 2;
  const pixels: BuiltElement = { tag: 0x7fe00010, vr: 'OB', fragments: [] };
  const built = buildDicom([...multiFrameElements(image), pixels], { transferSyntaxUid: jpegLsLossless });
  const delimiter = built.subarray(built.length - 8);
  const fragment = Buffer.concat([Buffer.from('feff00e000000000', 'hex'), noise(frameSize)]);
  fragment.writeUInt32LE(frameSize, 4);
  writeFrames(path, built.subarray(0, built.length - 8), frames, fragment, delimiter);
}

function writeFrames(
  path: string,
  head: Buffer,
  frames: number,
  frame: Buffer,
  tail: Buffer = Buffer.alloc(0),
): void {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, 'wx');
  try {
    writeSync(file, head);
    for (let number = 0; number < frames; number++) writeSync(file, frame);
    writeSync(file, tail);
  } finally {
    closeSync(file);
  }
}

function multiFrameElements({ frames, side }: MultiFrame): readonly BuiltElement[] {
  const shared: BuiltItem = {
    elements: [
      group(0x00209116, [{ tag: 0x00200037, vr: 'DS', value: '1\\0\\0\\0\\1\\0' }]),
      group(0x00289110, [{ tag: 0x00280030, vr: 'DS', value: '0.5\\0.5' }]),
    ],
  };
  return changed(sampleElements({ rows: side, columns: side, frames }), [
    { tag: 0x00080016, vr: 'UI', value: enhancedCt },
    { tag: 0x52009229, vr: 'SQ', items: [shared] },
    { tag: 0x52009230, vr: 'SQ', items: Array.from({ length: frames }, (_, frame) => perFrame(frame)) },
  ]);
}

/** Plane Position and Frame Content of one frame (PS3.3 C.7.6.16.2). */
function perFrame(frame: number): BuiltItem {
  return {
    elements: [
      group(0x00209111, [
        { tag: 0x00189074, vr: 'DT', value: '20200102101112' },
        { tag: 0x00189220, vr: 'FD', value: [12.5] },
        { tag: 0x00209157, vr: 'UL', value: [1, frame + 1] },
      ]),
      group(0x00209113, [{ tag: 0x00200032, vr: 'DS', value: `-125.0\\-125.0\\${frame}` }]),
    ],
  };
}

function group(tag: number, elements: readonly BuiltElement[]): BuiltElement {
  return { tag, vr: 'SQ', items: [{ elements }] };
}

/** Bytes that no file system or tool can shorten; the same in every run. */
function noise(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let state = 0x9e3779b9;
  for (let at = 0; at < size; at += 4) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes.writeInt32LE(state | 0, at);
  }
  return bytes;
}
