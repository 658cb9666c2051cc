import type { SampleDataSet } from '../samples/dicomFile.js';
import type { GreyImage } from './gif.js';

/** What the server's snapshots show of a series: its slices side by side, and one of them small. */
export function snapshotsOf(slices: readonly SampleDataSet[]): {
  readonly original: GreyImage;
  readonly thumbnail: GreyImage;
} {
  const images = slices.map(windowed);
  return {
    original: montage(images, Math.ceil(Math.sqrt(images.length))),
    thumbnail: halved(images[images.length >> 1] ?? { width: 1, height: 1, pixels: Uint8Array.of(0) }),
  };
}

/** A slice as a viewer shows it: rescaled, then the first window of its header (PS3.3 C.11.2.1.2). */
function windowed(slice: SampleDataSet): GreyImage {
  const stored = slice.PixelData as Uint8Array;
  const values = new Int16Array(stored.buffer, stored.byteOffset, stored.byteLength >> 1);
  const centre = first(slice.WindowCenter) - first(slice.RescaleIntercept);
  const width = first(slice.WindowWidth);
  const pixels = Uint8Array.from(values, (value) =>
    Math.max(0, Math.min(255, Math.round(((value - centre) / width + 0.5) * 255))),
  );
  return { width: Number(slice.Columns), height: Number(slice.Rows), pixels };
}

function first(value: SampleDataSet['WindowCenter']): number {
  return Number(Array.isArray(value) ? value[0] : (value ?? 0));
}

function montage(images: readonly GreyImage[], across: number): GreyImage {
  const { width = 0, height = 0 } = images[0] ?? {};
  const down = Math.ceil(images.length / across);
  const pixels = new Uint8Array(width * across * height * down);
  images.forEach((image, index) => {
    const left = (index % across) * width;
    const top = Math.floor(index / across) * height;
    for (let row = 0; row < height; row += 1) {
      pixels.set(image.pixels.subarray(row * width, (row + 1) * width), (top + row) * width * across + left);
    }
  });
  return { width: width * across, height: height * down, pixels };
}

/** Every second pixel: good enough for a thumbnail of a soft picture. */
function halved({ width, height, pixels }: GreyImage): GreyImage {
  const half = { width: width >> 1, height: height >> 1 };
  return {
    ...half,
    pixels: Uint8Array.from(
      { length: half.width * half.height },
      (_, at) => pixels[Math.floor(at / half.width) * 2 * width + (at % half.width) * 2] ?? 0,
    ),
  };
}
