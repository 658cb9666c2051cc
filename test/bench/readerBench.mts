// Reading and copying speed of the DICOM layer alone: `npx tsx test/bench/readerBench.mts`. Prints ratios to a plain copy.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tags } from '../../src/services/dicom/tags.js';
import { openFileSource } from '../../src/services/dicom/fileSource.js';
import { readDicom } from '../../src/services/dicom/part10Reader.js';
import { encodeDataSet, encodeFileMeta } from '../../src/services/dicom/part10Writer.js';
import { scratchSize, writeObject } from '../../src/services/dicom/writeSegments.js';
import { buildSample } from '../support/dicomBuilder.js';

const folder = mkdtempSync(join(tmpdir(), 'gift-cloud-bench-'));
const out = join(folder, 'out');
mkdirSync(out);
const template = buildSample({ rows: 512, columns: 512 });
const paths = Array.from({ length: 300 }, (_, index) => {
  const path = join(folder, `${index}.dcm`);
  writeFileSync(path, template);
  return path;
});
const scratch = Buffer.allocUnsafeSlow(scratchSize);

const tasks: Readonly<Record<string, (path: string, index: number) => void>> = {
  'copyFile (limit)': (path, index) => copyFileSync(path, join(out, `${index}`)),
  'read header': (path) => {
    const source = openFileSource(path);
    readDicom(source);
    source.close();
  },
  'read header up to pixels': (path) => {
    const source = openFileSource(path);
    readDicom(source, { untilTag: tags.PixelData });
    source.close();
  },
  'read, encode, write': (path, index) => {
    const source = openFileSource(path);
    const object = readDicom(source);
    const segments = [
      { bytes: encodeFileMeta(object.fileMeta) },
      ...encodeDataSet(object.elements, object.encoding),
    ];
    writeObject(source, segments, join(out, `${index}`), { scratch });
    source.close();
  },
};

const times = new Map<string, number[]>();
for (let round = 0; round < 5; round += 1) {
  for (const [name, task] of Object.entries(tasks)) {
    rmSync(out, { recursive: true });
    mkdirSync(out);
    const start = performance.now();
    paths.forEach(task);
    times.set(name, [...(times.get(name) ?? []), performance.now() - start]);
  }
}
rmSync(folder, { recursive: true });

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const limit = median(times.get('copyFile (limit)') ?? []);
for (const [name, values] of times) {
  const ms = median(values);
  console.log(
    `${name.padEnd(26)} ${ms.toFixed(0).padStart(5)} ms  ${((300 / ms) * 1000).toFixed(0).padStart(6)} files/s  ${(ms / limit).toFixed(2)} x copy`,
  );
}
console.log(`peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB (with tsx)`);
