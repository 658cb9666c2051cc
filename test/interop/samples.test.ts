import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeSamples } from '../../src/sandbox/samples/writeSamples.js';
import type { SampleManifest } from '../../src/sandbox/samples/sampleManifest.js';

const run = promisify(execFile);

/** What pydicom and numpy see in the sample studies: names, geometry, pictures, the directory. */
const SCRIPT = `
import json, os, sys, warnings
import numpy, pydicom
warnings.simplefilter('ignore')
root, paths = sys.argv[1], json.loads(sys.argv[2])
seen = {'names': {}, 'steps': {}, 'head': [], 'clip': None}
places = {}
for path in paths:
    image = pydicom.dcmread(os.path.join(root, path), force=True)
    seen['names'][str(image.PatientID)] = str(image.PatientName)
    if 'ImagePositionPatient' in image:
        across, down = numpy.array(image.ImageOrientationPatient, float).reshape(2, 3)
        assert abs(across @ down) < 1e-5 and abs(across @ across - 1) < 1e-5
        place = float(numpy.cross(across, down) @ numpy.array(image.ImagePositionPatient, float))
        gap = float(image.get('SpacingBetweenSlices', image.SliceThickness))
        places.setdefault(image.SeriesInstanceUID, []).append((int(image.InstanceNumber), place, gap))
    if 'PixelData' not in image:
        continue
    if 'TransferSyntaxUID' not in image.file_meta:
        image.file_meta.TransferSyntaxUID = pydicom.uid.ImplicitVRLittleEndian
    pixels = image.pixel_array
    if 'RescaleSlope' in image:
        houns = pixels * float(image.RescaleSlope) + float(image.RescaleIntercept)
        rows, columns = houns.shape
        inside = houns[rows // 2 - 8:rows // 2 + 8, columns // 2 - 30:columns // 2 + 30]
        seen['head'].append([float(houns[0, 0]) < -900, -10 < float(numpy.median(inside)) < 70, float(houns.max()) > 800])
    if image.Modality == 'US':
        band = pixels[:, 4:32, 4:260, :]
        seen['clip'] = {
            'frames': pixels.shape[0],
            'written': int((band[0] == 225).all(axis=-1).sum()),
            'still': bool((band == band[0]).all()),
            'moving': bool((pixels[0] != pixels[-1]).any()),
        }
for series, found in places.items():
    found.sort()
    steps = {round(b[1] - a[1], 3) for a, b in zip(found, found[1:]) if a[0] != b[0]}
    seen['steps'][series] = [sorted(steps), found[0][2]]
# Follows every offset; that the folders of the disc were renamed since is none of its business.
disc = pydicom.dcmread(os.path.join(root, 'DICOMDIR'))
seen['directory'] = [record.DirectoryRecordType for record in disc.DirectoryRecordSequence]
print(json.dumps(seen))
`;

interface Seen {
  readonly names: Readonly<Record<string, string>>;
  readonly steps: Readonly<Record<string, readonly [readonly number[], number]>>;
  readonly head: readonly (readonly boolean[])[];
  readonly clip: Readonly<Record<string, unknown>>;
  readonly directory: readonly string[];
}

describe('sample studies as other programs see them', () => {
  let folder: string;
  let manifest: SampleManifest;
  let seen: Seen;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'samples-'));
    manifest = await writeSamples(folder, { small: true });
    const images = manifest.studies.flatMap(({ series }) => series.flatMap(({ files }) => files));
    const { stdout } = await run('/usr/bin/python3', ['-c', SCRIPT, folder, JSON.stringify(images)]);
    seen = JSON.parse(stdout) as Seen;
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('dciodvfy and dcmdump find no error', async () => {
    for (const { files } of manifest.studies.flatMap(({ series }) => series)) {
      for (const file of files) {
        const path = join(folder, file);
        await run('dcmdump', ['-q', path]);
        const { stderr } = await run('dciodvfy', [path]).catch(
          (error: unknown) => error as { stderr: string },
        );
        assert.doesNotMatch(stderr, /^Error/m, `${file}: ${stderr}`);
      }
    }
  });

  it('pydicom reads every name in its own script', () => {
    for (const { patientId, patientName } of manifest.studies) {
      assert.equal(seen.names[patientId], patientName);
    }
  });

  it('slices lie as far apart as their headers say', () => {
    assert.ok(Object.keys(seen.steps).length >= 5);
    for (const [series, [steps, declared]] of Object.entries(seen.steps)) {
      assert.deepEqual(steps, [declared], series);
    }
  });

  it('a CT is a head: air around it, brain in it, bone', () => {
    assert.ok(seen.head.length > 0);
    for (const slice of seen.head) assert.deepEqual(slice, [true, true, true]);
  });

  it('an ultrasound clip moves, with the patient written into every frame', () => {
    const { frames, written, still, moving } = seen.clip;
    assert.ok(Number(frames) > 1 && Number(written) > 300);
    assert.deepEqual([still, moving], [true, true]);
  });

  it('the DICOMDIR names every slice of its series', () => {
    const [ct] = manifest.studies.flatMap(({ series }) => series);
    const images = (ct?.files ?? []).map(() => 'IMAGE');
    assert.deepEqual(seen.directory, ['PATIENT', 'STUDY', 'SERIES', ...images]);
  });
});
