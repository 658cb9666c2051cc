/** A head made of ellipsoids, millimetres around its centre. Later parts paint over earlier ones. */
export const TISSUES = [
  'air',
  'fat',
  'muscle',
  'bone',
  'marrow',
  'brain',
  'grey',
  'white',
  'fluid',
  'eye',
  'calcium',
  'lesion',
  'lens',
] as const;

export type Tissue = (typeof TISSUES)[number];

export interface Part {
  readonly tissue: Tissue;
  readonly centre: readonly [number, number, number];
  readonly radii: readonly [number, number, number];
  /** Degrees around the long axis of the body. */
  readonly turn?: number;
}

export const HEAD_PARTS: readonly Part[] = [
  one('fat', [0, 0, 0], [79, 98, 116]),
  one('muscle', [0, 0, 0], [75, 94, 113]),
  ...pair('muscle', [69, -26, -36], [9, 26, 34], 12),
  one('bone', [0, 1, 0], [73, 92, 108]),
  one('marrow', [0, 1, 0], [71, 90, 106]),
  one('bone', [0, 1, 0], [69, 88, 103]),
  one('fluid', [0, 1, 0], [66, 85, 99]),
  one('brain', [0, 1, 0], [65, 84, 98]),
  // skull base and face
  one('muscle', [0, -88, -46], [15, 21, 22]),
  ...pair('muscle', [74, 6, -34], [9, 15, 24], -14),
  ...pair('air', [68, 4, -44], [12, 3, 3], 6),
  ...pair('bone', [42, 10, -54], [30, 12, 20], 28),
  one('bone', [0, -50, -58], [44, 34, 34]),
  one('muscle', [0, -50, -62], [40, 30, 30]),
  ...pair('bone', [31, -62, -32], [21, 26, 19], -20),
  ...pair('fat', [31, -65, -32], [19, 26, 17], -20),
  ...pair('muscle', [20, -56, -32], [2.2, 16, 3.5], -28),
  ...pair('muscle', [41, -58, -32], [2.2, 15, 3.5], -10),
  ...pair('white', [27, -50, -32], [2.2, 18, 2.4], -24),
  ...pair('eye', [32, -73, -31], [12, 12.5, 12]),
  ...pair('lens', [32, -82, -31], [4.6, 2, 4.6]),
  one('bone', [0, -58, -34], [13, 30, 16]),
  ...pair('air', [6.4, -60, -34], [5, 24, 13]),
  ...pair('bone', [6.4, -56, -34], [5, 0.7, 12]),
  ...pair('bone', [6.4, -68, -34], [5, 0.7, 12]),
  ...pair('air', [10, -84, -10], [9, 3.2, 9], 12),
  one('bone', [0, -34, -44], [18, 15, 13]),
  ...pair('air', [6.5, -34, -44], [6, 11, 9]),
  ...pair('air', [54, 28, -46], [10, 12, 9], 20),
  ...pair('bone', [54, 28, -46], [0.9, 12, 9], 30),
  ...pair('bone', [54, 28, -46], [10, 0.9, 9], 20),
  // midline and ventricles
  one('fluid', [0, 0, 32], [1.1, 84, 62]),
  one('fluid', [0, 30, -46], [44, 42, 3]),
  ...pair('grey', [23, 38, -58], [25, 28, 22]),
  one('fluid', [0, 24, -42], [6, 5, 12]),
  one('white', [0, 6, -44], [15, 14, 24]),
  ...pair('fluid', [9, -22, 14], [5.2, 19, 9], -14),
  ...pair('fluid', [20, 30, 8], [6, 21, 8], 16),
  ...pair('grey', [16, -20, 8], [5, 15, 11], -14),
  ...pair('grey', [26, -6, 4], [6, 17, 12], -10),
  ...pair('grey', [11, 8, 6], [8.5, 14, 9], 20),
  one('fluid', [0, 2, 6], [1.9, 14, 9]),
  one('calcium', [0, 20, 4], [2.4, 3, 2.6]),
  ...pair('calcium', [19, 32, 8], [2.2, 3.4, 2.5]),
  one('lesion', [38, -18, 20], [7, 9, 6], 25),
  one('lesion', [-31, 34, 12], [4, 5.5, 4]),
];

function one(
  tissue: Tissue,
  centre: readonly [number, number, number],
  radii: readonly [number, number, number],
  turn = 0,
): Part {
  return { tissue, centre, radii, turn };
}

/** The part on the left and its mirror image on the right. */
function pair(
  tissue: Tissue,
  [x, y, z]: readonly [number, number, number],
  radii: readonly [number, number, number],
  turn = 0,
): readonly Part[] {
  return [one(tissue, [x, y, z], radii, turn), one(tissue, [-x, y, z], radii, -turn)];
}
