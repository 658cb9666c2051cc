import { HEAD_PARTS, TISSUES, type Part, type Tissue } from './headAnatomy.js';
import { seededRandom, smoothNoise } from './random.js';

/** A point or direction in the patient's coordinates, millimetres: x to the left, y to the back, z to the head. */
export type Vector = readonly [number, number, number];

/** Where the pixels of a slice lie (PS3.3 C.7.6.2.1.1). */
export interface SliceGeometry {
  /** Centre of the first pixel. */
  readonly position: Vector;
  /** Direction in which the column index grows, then the one in which the row index grows. */
  readonly rowDirection: Vector;
  readonly columnDirection: Vector;
  readonly pixelSpacing: number;
  readonly rows: number;
  readonly columns: number;
}

export interface Appearance {
  /** What each tissue shows as: Hounsfield units or signal. */
  readonly values: Readonly<Record<Tissue, number>>;
  readonly noise: number;
  /** A magnitude image has no negative values. */
  readonly magnitude?: boolean;
}

/** One person's head: the same ellipsoids, another size and other folds of the brain for each seed. */
export class HeadPhantom {
  private readonly folds: (x: number, y: number, z: number) => number;
  private readonly scale: number;

  constructor(private readonly seed: number) {
    this.folds = smoothNoise(seed, 10);
    this.scale = 0.96 + seededRandom(seed).next() * 0.08;
  }

  /** One slice, row by row; `sliceSeed` makes its noise its own. */
  render(geometry: SliceGeometry, appearance: Appearance, sliceSeed: number): Int16Array {
    const { rows, columns } = geometry;
    const image = new Float32Array(rows * columns);
    const labels = new Uint8Array(columns);
    const values = TISSUES.map((tissue) => appearance.values[tissue]);
    for (let row = 0; row < rows; row += 1) {
      const start = this.toHead(geometry, row);
      const step = scaled(geometry.rowDirection, geometry.pixelSpacing / this.scale);
      labels.fill(0);
      HEAD_PARTS.forEach((part) => paint(part, start, step, labels));
      this.foldBrain(start, step, labels);
      for (let column = 0; column < columns; column += 1) {
        image[row * columns + column] = values[labels[column] ?? 0] ?? 0;
      }
    }
    addNoise(image, appearance.noise, this.seed * 1009 + sliceSeed);
    return softened(image, rows, columns, appearance.magnitude ?? false);
  }

  private toHead(geometry: SliceGeometry, row: number): Vector {
    const down = scaled(geometry.columnDirection, row * geometry.pixelSpacing);
    return scaled(sum(geometry.position, down), 1 / this.scale);
  }

  /** Turns "brain" into sulci, grey and white matter: the zero surfaces of smooth noise wind like folds. */
  private foldBrain(start: Vector, step: Vector, labels: Uint8Array): void {
    const { brain, grey, white, fluid } = LABEL;
    for (let column = 0; column < labels.length; column += 1) {
      if (labels[column] !== brain) continue;
      const x = start[0] + step[0] * column;
      const y = start[1] + step[1] * column;
      const z = start[2] + step[2] * column;
      const depth = 1 - Math.sqrt((x / 65) ** 2 + ((y - 1) / 84) ** 2 + (z / 98) ** 2);
      if (depth > 0.36) {
        labels[column] = white;
        continue;
      }
      // Two layers turned against each other hide the grid that the noise is made on.
      const fold = Math.abs(
        this.folds(x, y, z) + 0.6 * this.folds(0.8 * y - 0.6 * z, 0.6 * y + 0.8 * z + 90, 40 - x),
      );
      const nearness = 1 - depth / 0.36;
      if (fold < 0.15 * nearness) labels[column] = fluid;
      else labels[column] = depth < 0.04 || fold < 0.6 * nearness ** 0.7 ? grey : white;
    }
  }
}

const LABEL = {
  brain: TISSUES.indexOf('brain'),
  grey: TISSUES.indexOf('grey'),
  white: TISSUES.indexOf('white'),
  fluid: TISSUES.indexOf('fluid'),
};

/** A line of pixels enters an ellipsoid once and leaves it once: the roots of a quadratic. */
function paint(part: Part, start: Vector, step: Vector, labels: Uint8Array): void {
  const from = inPart(part, [
    start[0] - part.centre[0],
    start[1] - part.centre[1],
    start[2] - part.centre[2],
  ]);
  const along = inPart(part, step);
  const a = dot(along, along);
  const b = dot(from, along);
  const discriminant = b * b - a * (dot(from, from) - 1);
  if (discriminant <= 0) return;
  const root = Math.sqrt(discriminant);
  const first = Math.max(0, Math.ceil((-b - root) / a));
  const last = Math.min(labels.length - 1, Math.floor((-b + root) / a));
  if (first <= last) labels.fill(TISSUES.indexOf(part.tissue), first, last + 1);
}

function inPart(part: Part, [x, y, z]: Vector): Vector {
  const turn = ((part.turn ?? 0) * Math.PI) / 180;
  const cos = Math.cos(turn);
  const sin = Math.sin(turn);
  return [(cos * x + sin * y) / part.radii[0], (cos * y - sin * x) / part.radii[1], z / part.radii[2]];
}

function addNoise(image: Float32Array, deviation: number, seed: number): void {
  const random = seededRandom(seed);
  const table = Float32Array.from({ length: 8192 }, () => random.normal() * deviation);
  // A new place in the table every 64 pixels: cheap, and no pattern repeats visibly.
  for (let block = 0; block < image.length; block += 64) {
    const offset = Math.floor(random.next() * (table.length - 64));
    for (let k = 0; k < 64; k += 1) image[block + k] = (image[block + k] ?? 0) + (table[offset + k] ?? 0);
  }
}

/** Averages neighbours (1 2 1 in both directions), as a scanner's reconstruction does. */
function softened(image: Float32Array, rows: number, columns: number, magnitude: boolean): Int16Array {
  const across = new Float32Array(image.length);
  for (let index = 0; index < image.length; index += 1) {
    const column = index % columns;
    const here = image[index] ?? 0;
    const left = column > 0 ? (image[index - 1] ?? 0) : here;
    const right = column < columns - 1 ? (image[index + 1] ?? 0) : here;
    across[index] = (left + 2 * here + right) / 4;
  }
  const result = new Int16Array(image.length);
  for (let index = 0; index < image.length; index += 1) {
    const row = Math.floor(index / columns);
    const here = across[index] ?? 0;
    const above = row > 0 ? (across[index - columns] ?? 0) : here;
    const below = row < rows - 1 ? (across[index + columns] ?? 0) : here;
    const value = Math.round((above + 2 * here + below) / 4);
    result[index] = magnitude ? Math.abs(value) : value;
  }
  return result;
}

export function sum(a: Vector, b: Vector): Vector {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

export function scaled(a: Vector, factor: number): Vector {
  return [a[0] * factor, a[1] * factor, a[2] * factor];
}

export function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
