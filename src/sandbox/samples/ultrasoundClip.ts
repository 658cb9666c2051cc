import { drawText, lineHeight } from './bitmapFont.js';
import type { SampleDataSet } from './dicomFile.js';
import { seededRandom } from './random.js';
import { familyName, type SampleStudyFacts } from './sampleStudy.js';

const COLUMNS = 480;
const ROWS = 360;
const APEX = { x: 235, y: 18 };
const NEAR = 34;
const FAR = 318;
const HALF_ANGLE = 0.66;
const CM_PER_PIXEL = 0.048;

/**
 * A sector-scan cine loop in RGB with a pulsating vessel in colour (PS3.3 A.7). Patient's name, ID, birth date and the
 * date of the examination are part of the pixels, as ultrasound machines do it.
 */
export function ultrasoundClip(facts: SampleStudyFacts, frames: number): SampleDataSet {
  const pixels = new Uint8Array(frames * ROWS * COLUMNS * 3);
  const speckle = speckleMap(facts.patient.number);
  for (let frame = 0; frame < frames; frame += 1) {
    const picture = pixels.subarray(frame * ROWS * COLUMNS * 3, (frame + 1) * ROWS * COLUMNS * 3);
    drawSector(picture, speckle, (frame / Math.max(frames, 12)) * 2 * Math.PI);
    burnIn(picture, facts);
  }
  return {
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.3.1',
    Modality: 'US',
    BodyPartExamined: 'ABDOMEN',
    ImageType: ['ORIGINAL', 'PRIMARY', 'ABDOMINAL', '0011'],
    AcquisitionDate: facts.date,
    AcquisitionTime: facts.time,
    StartTrim: '1',
    CineRate: '25',
    FrameTime: '40',
    PreferredPlaybackSequencing: 0,
    RecommendedDisplayFrameRate: '25',
    TransducerData: ['C5-1', '', ''],
    ProcessingFunction: 'OB GENERAL',
    SequenceOfUltrasoundRegions: [
      {
        RegionSpatialFormat: 1,
        RegionDataType: 1,
        RegionFlags: 0,
        RegionLocationMinX0: 28,
        RegionLocationMinY0: 50,
        RegionLocationMaxX1: 442,
        RegionLocationMaxY1: 338,
        ReferencePixelX0: APEX.x - 28,
        ReferencePixelY0: 0,
        PhysicalUnitsXDirection: 3,
        PhysicalUnitsYDirection: 3,
        PhysicalDeltaX: CM_PER_PIXEL,
        PhysicalDeltaY: CM_PER_PIXEL,
      },
    ],
    InstanceNumber: '1',
    PatientOrientation: '',
    SamplesPerPixel: 3,
    PhotometricInterpretation: 'RGB',
    PlanarConfiguration: 0,
    NumberOfFrames: String(frames),
    FrameIncrementPointer: 0x00181063,
    Rows: ROWS,
    Columns: COLUMNS,
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PixelRepresentation: 0,
    LossyImageCompression: '00',
    UltrasoundColorDataPresent: 1,
    PixelData: pixels,
  };
}

/** Grainy echoes by angle and depth: products of two random numbers, smoothed along the beam's width. */
function speckleMap(seed: number): Float32Array {
  const random = seededRandom(seed);
  const map = Float32Array.from({ length: 512 * 512 }, () => Math.sqrt(-Math.log(1 - random.next())));
  return map.map(
    (value, index) => (value + (map[index ^ 1] ?? 0) + (map[(index + 2) % map.length] ?? 0)) / 3,
  );
}

function drawSector(picture: Uint8Array, speckle: Float32Array, phase: number): void {
  const sway = 4 * Math.sin(phase);
  const pulse = Math.max(0, Math.sin(phase * 2));
  for (let y = 50; y < 340; y += 1) {
    for (let x = 28; x < 444; x += 1) {
      const depth = Math.hypot(x - APEX.x, y - APEX.y);
      const angle = Math.atan2(x - APEX.x, y - APEX.y);
      if (depth < NEAR || depth > FAR || Math.abs(angle) > HALF_ANGLE) continue;
      const beam = Math.floor(((angle + HALF_ANGLE) / (2 * HALF_ANGLE)) * 210);
      const grain = speckle[((beam & 511) << 9) | (Math.floor(depth * 0.9 + sway) & 511)] ?? 0;
      const brightness = echo(x - sway, y - sway / 2) * grain * (1.15 - depth / 700);
      const at = (y * COLUMNS + x) * 3;
      const grey = Math.min(235, Math.max(4, brightness * 120));
      const flow = vessel(x - sway, y) * pulse;
      picture[at] = grey + flow * (235 - grey);
      picture[at + 1] = grey * (1 - 0.8 * flow);
      picture[at + 2] = grey * (1 - 0.9 * flow);
    }
  }
}

/** How strongly a place reflects: layers of the wall, dark fluid, a skull ring with its contents, a body. */
function echo(x: number, y: number): number {
  const head = Math.hypot((x - 188) / 62, (y - 198) / 48);
  if (Math.abs(head - 1) < 0.055) return 2.1;
  if (head < 1) return Math.abs(y - 198 - (x - 188) * 0.1) < 1.6 ? 1.2 : 0.42;
  const body = Math.hypot((x - 296) / 54, (y - 214) / 40);
  if (Math.abs(body - 1) < 0.05) return 1.5;
  if (body < 1) return Math.hypot(x - 288, y - 210) < 9 ? 0.1 : 0.62;
  if (Math.hypot((x - 236) / 160, (y - 204) / 86) < 1) return 0.07;
  return y < 122 ? 0.75 + 0.45 * Math.sin(y / 5) : 0.85;
}

function vessel(x: number, y: number): number {
  const bend = 206 + 10 * Math.sin((x - 252) / 9);
  return x > 250 && x < 282 && Math.abs(y - bend) < 4 ? 1 : 0;
}

function burnIn(picture: Uint8Array, facts: SampleStudyFacts): void {
  const { patient, date, time } = facts;
  const day = (text: string): string => `${text.slice(6, 8)}.${text.slice(4, 6)}.${text.slice(0, 4)}`;
  const [, given = ''] = (patient.name.split('=')[0] ?? '').split('^');
  const put = (text: string, left: number, top: number, size = 1): void => {
    drawText(text, left, top, size, (x, y) =>
      picture.fill(225, (y * COLUMNS + x) * 3, (y * COLUMNS + x) * 3 + 3),
    );
  };
  put(`${familyName(patient)}, ${given}`, 8, 6, 2);
  put(`ID ${patient.id}  BORN ${day(patient.birthDate)}`, 8, 6 + lineHeight(2));
  put(`${day(date)} ${time.slice(0, 2)}:${time.slice(2, 4)}`, 356, 8);
  put(facts.station, 356, 8 + lineHeight(1));
  put('MI 1.1  TIS 0.4  C5-1  25 HZ', 8, 348);
  for (let cm = 0; cm <= 14; cm += 1) {
    const y = 52 + Math.round(cm / CM_PER_PIXEL);
    if (y < 338) put(cm % 5 === 0 ? '-' : '.', 456, y - 3);
  }
}
