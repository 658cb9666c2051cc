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
  one('muscle', [0, 0, 0], [76, 95, 113]),
  ...pair('muscle', [70, -14, -40], [10, 26, 30], 8),
  one('bone', [0, 1, 0], [73, 92, 108]),
  one('marrow', [0, 1, 0], [71, 90, 106]),
  one('bone', [0, 1, 0], [69, 88, 103]),
  one('fluid', [0, 1, 0], [66, 85, 99]),
  one('brain', [0, 1, 0], [65, 84, 98]),
  // skull base and face
  one('bone', [0, -62, -52], [46, 40, 26]),
  ...pair('bone', [40, 8, -52], [34, 11, 17], 24),
  one('muscle', [0, -66, -54], [42, 36, 24]),
  ...pair('fat', [31, -72, -32], [19, 24, 16], -16),
  ...pair('eye', [32, -80, -31], [12, 12.5, 12]),
  ...pair('fluid', [32, -90, -31], [5, 2.4, 5]),
  ...pair('muscle', [28, -60, -32], [2, 14, 2.2], -18),
  one('bone', [0, -64, -34], [13, 27, 15]),
  ...pair('air', [7, -66, -34], [4.6, 23, 13]),
  ...pair('air', [11, -88, -8], [9, 3.4, 9], 10),
  one('air', [0, -40, -42], [11, 9, 8]),
  ...pair('air', [53, 26, -46], [10, 12, 9], 20),
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
