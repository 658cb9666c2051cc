import type { DataElement, Encoding, SourceRange } from '../../dicom/dataSet.js';
import { numberValues } from '../../dicom/elements.js';
import { tags } from '../../dicom/tags.js';
import type { EditableDataSet } from './editableDataSet.js';
import { CannotDo } from './faults.js';

/** A rectangle of every frame that becomes 0, in pixels. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Bytes of the source that become 0, as ranges that repeat: the same rows of every plane. */
export interface PixelFill {
  /** First byte of the first row; positions as in `SourceRange`. */
  readonly offset: number;
  /** Bytes of one row that are filled. */
  readonly length: number;
  readonly rows: number;
  /** From one row to the next. */
  readonly rowStep: number;
  readonly planes: number;
  /** From one frame, or one colour plane of it, to the next. */
  readonly planeStep: number;
}

/**
 * Which bytes of the pixel data a rectangle is (PS3.3 C.7.6.3, PS3.5 8): native pixels of 8 or 16 bits, every frame and
 * every sample. Undefined where the rectangle lies outside of the image.
 * @throws CannotDo for compressed pixels and other sizes of them.
 */
export function pixelFill(
  dataSet: EditableDataSet,
  pixels: DataElement,
  rectangle: Rectangle,
  encoding: Encoding,
): PixelFill | undefined {
  const number = (tag: number, otherwise: number): number =>
    numberValues(dataSet.leaf(tag), encoding)[0] ?? otherwise;
  const rows = number(tags.Rows, 0);
  const columns = number(tags.Columns, 0);
  const left = Math.max(0, rectangle.left);
  const top = Math.max(0, rectangle.top);
  const right = Math.min(columns, rectangle.left + rectangle.width);
  const bottom = Math.min(rows, rectangle.top + rectangle.height);
  if (right <= left || bottom <= top) return undefined;

  const bits = number(tags.BitsAllocated, 0);
  const samples = number(tags.SamplesPerPixel, 1);
  const frames = number(tags.NumberOfFrames, 1);
  const byPlane = samples > 1 && number(planarConfiguration, 0) === 1;
  if (pixels.undefinedLength === true || pixels.range === undefined || (bits !== 8 && bits !== 16)) {
    throw new CannotDo(
      'The script changes pixels that are compressed or not of 8 or 16 bits; this version can not do that.',
    );
  }
  const pixelBytes = (bits / 8) * (byPlane ? 1 : samples);
  const planes = frames * (byPlane ? samples : 1);
  const rowStep = columns * pixelBytes;
  const planeStep = rows * rowStep;
  const values = valueRange(pixels.range, encoding);
  if (planes * planeStep > values.length) {
    throw new CannotDo('The script changes pixels whose length does not fit the size of the image.');
  }
  const offset = values.offset + top * rowStep + left * pixelBytes;
  const length = (right - left) * pixelBytes;
  const count = bottom - top;
  // Rows from edge to edge lie one behind the other.
  const rowsOfFill = length === rowStep ? { length: length * count, rows: 1 } : { length, rows: count };
  if (rowsOfFill.rows * planes > mostRanges)
    throw new CannotDo('The script changes too many rows of pixels.');
  return { offset, ...rowsOfFill, rowStep, planes, planeStep };
}

/** Each becomes a piece of the object to write. */
const mostRanges = 500_000;

const planarConfiguration = 0x00280006;

/** Where the value of an element lies whose range begins with its header; pixels have the long form (PS3.5 7.1.2). */
function valueRange({ offset, length }: SourceRange, { explicitVr }: Encoding): SourceRange {
  const header = explicitVr ? 12 : 8;
  return { offset: offset + header, length: length - header };
}

/** The ranges of a fill in ascending order. */
export function* filledRanges(fill: PixelFill): Generator<SourceRange, void, undefined> {
  for (let plane = 0; plane < fill.planes; plane++) {
    for (let row = 0; row < fill.rows; row++) {
      yield { offset: fill.offset + plane * fill.planeStep + row * fill.rowStep, length: fill.length };
    }
  }
}
