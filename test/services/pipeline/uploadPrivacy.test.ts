import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { serverKinds } from '../../support/serverKinds.js';
import { writeBytes, writeSeries, uidRoot } from '../../support/seriesFiles.js';
import { UploadRig } from '../../support/uploadRig.js';

/** Values of a planted patient as they stand in the files and in the names of files and folders. */
const planted: Readonly<Record<string, string>> = {
  name: 'Zwetschgenbaum',
  'given name': 'Apollonia',
  'Patient ID': 'KRNK-778899',
  'birth date': '19700102',
  'study date': '20200102',
  'accession number': 'ACC123',
  'referring physician': 'Refer^Ring',
  'study description': 'Head for M',
  'private value': 'no creator',
  'private creator': 'ACME 1.0',
  'UIDs of the source': uidRoot,
  'folder name': 'Zimmer-Frau-Apollonia',
  'file name': 'geheim-scan',
};

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** In the encodings that requests and files use. */
function spellings(value: string): Buffer[] {
  return [
    Buffer.from(value, 'utf8'),
    Buffer.from(value, 'latin1'),
    Buffer.from(value, 'utf16le'),
    Buffer.from(encodeURIComponent(value)),
    Buffer.from(Buffer.from(value).toString('base64').replace(/=+$/, '')),
    Buffer.from(value.toUpperCase()),
    Buffer.from(value.toLowerCase()),
  ];
}

function assertAbsent(where: string, bytes: Buffer | string): void {
  const text = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes);
  for (const [what, value] of Object.entries(planted)) {
    for (const spelling of spellings(value)) {
      assert.ok(!text.includes(spelling), `${what} in ${where}`);
    }
  }
}

for (const [server, options] of serverKinds) {
  describe(`nothing of a patient leaves the process: ${server}`, () => {
    let rig: UploadRig;
    beforeEach(async () => {
      rig = await UploadRig.start({ capture: true, ...options });
      const sample = { patientName: 'Zwetschgenbaum^Apollonia', patientId: 'KRNK-778899' };
      const folder = join(rig.inputs, 'Zimmer-Frau-Apollonia');
      await writeSeries(folder, { ...sample, instances: 3 });
      await writeSeries(join(folder, 'geheim-scan'), { ...sample, instances: 2, series: 2 });
      await writeSeries(join(folder, 'held'), {
        ...sample,
        study: 3,
        change: [{ tag: 0x00280301, vr: 'CS', value: 'YES' }],
      });
      await writeBytes(join(folder, 'geheim-scan.txt'), 'Zwetschgenbaum, Apollonia');
    });
    afterEach(() => rig.close());

    it('in requests, stored files, state, receipts, logs and events', async () => {
      rig.sandbox.faults.add({
        action: 'status',
        status: 500,
        pathPattern: '\\.zip\\?|services/import',
        times: 1,
      });
      const story = await rig.upload();
      assert.equal(story.error, undefined);
      assert.ok(story.statuses.includes('uploaded') && story.statuses.includes('held BURNED_IN_TEXT_RISK'));
      await rig.upload();

      const bodies = rig.sandbox.requests.filter(({ body }) => body !== undefined && body.length > 0);
      assert.ok(bodies.length > 0, 'bodies were captured');
      for (const request of rig.sandbox.requests) {
        assertAbsent('a request', `${request.url} ${JSON.stringify(request.headers)}`);
        if (request.body) assertAbsent('a body', request.body);
      }
      const stored = await filesBelow(rig.sandbox.dataFolder);
      assert.ok(stored.length > 5);
      for (const path of stored) {
        assertAbsent('the name of a stored file', path);
        assertAbsent('a stored file', await readFile(path));
      }
      const state = await filesBelow(rig.state);
      assert.ok(state.length >= 2);
      for (const path of state) {
        assertAbsent('the name of a state file', path.slice(rig.state.length));
        assertAbsent('a state file', await readFile(path));
      }
      assert.ok(rig.logged.length > 0);
      assertAbsent('the log', rig.logged.join('\n'));
      for (const event of story.events) {
        const shown = event.kind === 'file' ? { ...event, path: '' } : event;
        assertAbsent(`a ${event.kind} event`, JSON.stringify(shown));
      }
    });

    it('in the error of a run that failed', async () => {
      const story = await rig.upload({ inputs: [join(rig.inputs, 'geheim-scan-fehlt')] });
      assert.deepEqual(story.statuses, ['failed FILE_UNREADABLE']);
      assertAbsent('the reason', JSON.stringify(story.files.map(({ reason }) => reason)));
    });

    it('would be found if it did', () => {
      assert.throws(
        () => assertAbsent('itself', Buffer.from('xx Zwetschgenbaum yy', 'utf16le')),
        /name in itself/,
      );
    });
  });
}
