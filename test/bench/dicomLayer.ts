import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { basicProfile } from '../../src/services/deid/profiles/presets.js';
import { giftCloudUidMapper } from '../../src/services/deid/uidMap.js';
import { openFileSource } from '../../src/services/dicom/fileSource.js';
import { readDicom } from '../../src/services/dicom/part10Reader.js';
import { encodeDataSet, encodeFileMeta } from '../../src/services/dicom/part10Writer.js';
import { scratchSize, writeObject } from '../../src/services/dicom/writeSegments.js';
import { deidentifyInstance } from '../../src/services/deid/deidentify.js';
import { inspectInstance } from '../../src/services/deid/inspect.js';
import type { Measurement } from './support/bench.js';
import { writeSlices } from './support/images.js';
import type { Contestant } from './support/rounds.js';

/** The parts of de-identifying one by one, in this process when it is warm: tells where time goes, has no targets. */
export const dicomLayer: Measurement = {
  name: 'parts',
  diskGb: 3,
  run: async (bench) => {
    const folder = bench.newFolder('parts');
    const input = join(folder, 'in');
    writeSlices(input, { count: 300, side: 512, modality: 'CT' });
    const files = readdirSync(input).map((name) => join(input, name));
    const scratch = Buffer.allocUnsafeSlow(scratchSize);
    const options = { mapper: giftCloudUidMapper(), version: 'bench' };
    const request = {
      profile: basicProfile,
      identity: { patientName: 'Subject', patientId: 'Study' },
    } as const;

    const part = (name: string, work: (path: string, out: string) => void): Contestant => ({
      name,
      run: (round) => {
        const out = join(folder, `${name}-${round}`);
        mkdirSync(out);
        const start = performance.now();
        const before = process.cpuUsage();
        files.forEach((path, index) => work(path, join(out, `${index}`)));
        const { user, system } = process.cpuUsage(before);
        return { wall: (performance.now() - start) / 1000, cpu: (user + system) / 1e6, peakMb: 0 };
      },
    });
    const results = await bench.inTurns(
      [
        part('copyFile', (path, out) => copyFileSync(path, out)),
        part('inspect', (path) => inspectInstance(path)),
        part('de-identify and verify', (path) => deidentifyInstance(path, request, options)),
        part('read, encode, write', (path, out) => {
          const source = openFileSource(path);
          const { fileMeta, elements, encoding } = readDicom(source);
          const segments = [{ bytes: encodeFileMeta(fileMeta) }, ...encodeDataSet(elements, encoding)];
          writeObject(source, segments, out, { scratch });
          source.close();
        }),
      ],
      { warmUp: true },
    );
    bench.newFolder('parts');
    return { title: 'Parts of the work in one warm process, 300 CT', notes: [], results, targets: [] };
  },
};
