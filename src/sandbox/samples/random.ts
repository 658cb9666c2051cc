/** Seeded numbers: the same samples on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Normal with mean 0 and variance 1, nearly (sum of uniforms). */
  normal(): number;
}

/** The mulberry32 generator, which is small and good enough for noise. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return { next, normal: () => (next() + next() + next() + next() - 2) * Math.sqrt(3) };
}

/** Smooth noise in space, about -1 to 1, that repeats after 32 cells in each direction. */
export function smoothNoise(seed: number, cellMm: number): (x: number, y: number, z: number) => number {
  const random = seededRandom(seed);
  const lattice = Float32Array.from({ length: 32 * 32 * 32 }, () => random.next() * 2 - 1);
  const at = (x: number, y: number, z: number): number =>
    lattice[((z & 31) << 10) | ((y & 31) << 5) | (x & 31)] ?? 0;
  return (px, py, pz) => {
    const x = px / cellMm;
    const y = py / cellMm;
    const z = pz / cellMm;
    const x0 = Math.floor(x);
    const y0 = Math.floor(y);
    const z0 = Math.floor(z);
    const fx = ease(x - x0);
    const fy = ease(y - y0);
    const fz = ease(z - z0);
    const plane = (zi: number): number =>
      mix(
        mix(at(x0, y0, zi), at(x0 + 1, y0, zi), fx),
        mix(at(x0, y0 + 1, zi), at(x0 + 1, y0 + 1, zi), fx),
        fy,
      );
    return 1.6 * mix(plane(z0), plane(z0 + 1), fz);
  };
}

function ease(t: number): number {
  return t * t * (3 - 2 * t);
}

function mix(a: number, b: number, t: number): number {
  return a + (b - a) * t;
}
