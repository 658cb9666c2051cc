/** A picture in shades of grey, row by row, one byte a pixel. */
export interface GreyImage {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

const COLOUR_BITS = 8;
const CLEAR = 1 << COLOUR_BITS;
const END = CLEAR + 1;
const MAX_CODES = 4096;

/** Encodes a picture as GIF87a. */
export function encodeGif({ width, height, pixels }: GreyImage): Buffer {
  const screen = Buffer.alloc(13);
  screen.write('GIF87a', 'latin1');
  screen.writeUInt16LE(width, 6);
  screen.writeUInt16LE(height, 8);
  screen.writeUInt8(0xf0 | (COLOUR_BITS - 1), 10);
  const palette = Buffer.from(Array.from({ length: CLEAR * 3 }, (_, index) => Math.floor(index / 3)));
  const image = Buffer.alloc(11);
  image.writeUInt8(0x2c, 0);
  image.writeUInt16LE(width, 5);
  image.writeUInt16LE(height, 7);
  image.writeUInt8(COLOUR_BITS, 10);
  return Buffer.concat([screen, palette, image, blocks(compress(pixels)), Buffer.of(0, 0x3b)]);
}

/** Data in blocks of at most 255 bytes, each after its length. */
function blocks(data: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < data.length; at += 255) {
    const part = data.subarray(at, at + 255);
    parts.push(Buffer.of(part.length), part);
  }
  return Buffer.concat(parts);
}

/** LZW with codes that grow from 9 to 12 bits, lowest bit first. */
function compress(pixels: Uint8Array): Buffer {
  const bytes: number[] = [];
  let bits = 0;
  let bitCount = 0;
  let width = COLOUR_BITS + 1;
  const put = (code: number): void => {
    bits |= code << bitCount;
    bitCount += width;
    for (; bitCount >= 8; bitCount -= 8, bits >>>= 8) bytes.push(bits & 0xff);
  };
  let table = new Map<number, number>();
  let next = END + 1;
  put(CLEAR);
  let prefix = pixels[0] ?? 0;
  for (const pixel of pixels.subarray(1)) {
    const known = table.get((prefix << COLOUR_BITS) | pixel);
    if (known !== undefined) {
      prefix = known;
      continue;
    }
    put(prefix);
    if (next === MAX_CODES) {
      put(CLEAR);
      table = new Map();
      next = END + 1;
      width = COLOUR_BITS + 1;
    } else {
      if (next === 1 << width) width += 1;
      table.set((prefix << COLOUR_BITS) | pixel, next);
      next += 1;
    }
    prefix = pixel;
  }
  put(prefix);
  put(END);
  if (bitCount > 0) bytes.push(bits & 0xff);
  return Buffer.from(bytes);
}
