/**
 * Capital letters and digits of 5 x 7 dots, drawn for the samples: what an ultrasound machine burns into its pictures.
 * One string a sign, seven rows of five dots, `#` is set.
 */
const GLYPHS: Readonly<Record<string, string>> = {
  A: ' ### #   ##   #######   ##   ##   #',
  B: '#### #   ##   ##### #   ##   ##### ',
  C: ' #####    #    #    #    #     ####',
  D: '#### #   ##   ##   ##   ##   ##### ',
  E: '######    #    #### #    #    #####',
  F: '######    #    #### #    #    #    ',
  G: ' #####    #    #  ###   ##   # ### ',
  H: '#   ##   ##   #######   ##   ##   #',
  I: ' ###   #    #    #    #    #   ### ',
  J: '  ###    #    #    #    # #  #  ## ',
  K: '#   ##  # # #  ##   # #  #  # #   #',
  L: '#    #    #    #    #    #    #####',
  M: '#   ### ### # ## # ##   ##   ##   #',
  N: '#   ###  ###  ## # ##  ###  ###   #',
  O: ' ### #   ##   ##   ##   ##   # ### ',
  P: '#### #   ##   ##### #    #    #    ',
  Q: ' ### #   ##   ##   ## # ##  #  ## #',
  R: '#### #   ##   ##### # #  #  # #   #',
  S: ' #####    #     ###     #    ##### ',
  T: '#####  #    #    #    #    #    #  ',
  U: '#   ##   ##   ##   ##   ##   # ### ',
  V: '#   ##   ##   ##   # # #  # #   #  ',
  W: '#   ##   ##   ## # ## # ### ### # #',
  X: '#   # # #   #    #    #   # # #   #',
  Y: '#   # # #  # #   #    #    #    #  ',
  Z: '#####    #   #   #   #   #    #####',
  0: ' ### #   ##  ### # ###  ##   # ### ',
  1: '  #   ##    #    #    #    #   ### ',
  2: ' ### #   #    #   #   #   #   #####',
  3: '####     #    # ###     #    ##### ',
  4: '   #   ##  # # #  # #####   #    # ',
  5: '######    ####     #    ##   # ### ',
  6: '  ##  #   #    #### #   ##   # ### ',
  7: '#####    #   #    #   #    #    #  ',
  8: ' ### #   ##   # ### #   ##   # ### ',
  9: ' ### #   ##   # ####    #   #  ##  ',
  '-': '               #####               ',
  '.': '                           ##   ## ',
  ',': '                           ##   #  ',
  ':': '      ##   ##        ##   ##       ',
  '/': '    #    #   #   #   #   #    #    ',
  '^': '  #   # # #   #                    ',
  '(': '   #   #   #    #    #     #     # ',
  ')': ' #     #     #    #    #   #   #   ',
};

const WIDTH = 5;
const HEIGHT = 7;

/** Calls `dot` for every set dot of a line of text; unknown signs are spaces. */
export function drawText(
  text: string,
  left: number,
  top: number,
  size: number,
  dot: (x: number, y: number) => void,
): void {
  [...text.toUpperCase().matchAll(/./gu)].forEach(([sign], position) => {
    const glyph = GLYPHS[sign] ?? '';
    for (let index = 0; index < glyph.length; index += 1) {
      if (glyph[index] !== '#') continue;
      const x = left + (position * (WIDTH + 1) + (index % WIDTH)) * size;
      const y = top + Math.floor(index / WIDTH) * size;
      for (let k = 0; k < size * size; k += 1) dot(x + (k % size), y + Math.floor(k / size));
    }
  });
}

/** Height of a line with the space below it. */
export function lineHeight(size: number): number {
  return (HEIGHT + 2) * size;
}
