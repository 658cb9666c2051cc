import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';

/** A session with Debian's pyxnat as its users write it; prints what it saw as JSON. */
const SCRIPT = `
import json, os, sys, zipfile
import pyxnat
url, user, password, work = sys.argv[1:5]
server = pyxnat.Interface(server=url, user=user, password=password)
seen = {}
seen['projects'] = sorted(server.select.projects().get())
project = server.select.project('GIFTDEMO')
seen['project exists'] = project.exists()
seen['subjects'] = sorted(subject.label() for subject in project.subjects())
subject = project.subject('PYX-1')
seen['subject before'] = subject.exists()
subject.create()
experiment = subject.experiment('PYX-1-MR')
experiment.create(experiments='xnat:mrSessionData')
scan = experiment.scan('1')
scan.create(scans='xnat:mrScanData')
resource = scan.resource('DICOM')
resource.create()
one = os.path.join(work, 'one.dcm')
open(one, 'wb').write(b'one' * 100)
resource.file('one.dcm').insert(one, content='RAW', format='DICOM', tags='test')
many = os.path.join(work, 'many.zip')
with zipfile.ZipFile(many, 'w', zipfile.ZIP_DEFLATED) as archive:
    for index in range(3):
        archive.writestr('m%d.dcm' % index, b'%d' % index * 50)
resource.put_zip(many, extract=True)
seen['files'] = sorted(resource.files().get())
seen['size'] = resource.file('one.dcm').size()
seen['content'] = resource.file('one.dcm').content()
back = resource.file('one.dcm').get(os.path.join(work, 'back.dcm'))
seen['same bytes'] = open(back, 'rb').read() == b'one' * 100
target = os.path.join(work, 'download')
os.mkdir(target)
downloaded = experiment.scans().download(target, type='ALL', extract=True)
seen['zip'] = sorted(os.path.basename(str(path)) for path in downloaded)
seen['experiments'] = sorted(found.label() for found in subject.experiments())
experiment.attrs.set('note', 'hello')
seen['note'] = experiment.attrs.get('note')
resource.file('one.dcm').delete()
seen['files after delete'] = sorted(resource.files().get())
resource.delete()
seen['resource after delete'] = resource.exists()
scan.delete()
experiment.delete()
subject.delete()
seen['subject after delete'] = subject.exists()
server.disconnect()
print(json.dumps(seen))
`;

describe('pyxnat against the sandbox', () => {
  let work: string;

  beforeEach(async () => {
    work = await mkdtemp(join(tmpdir(), 'pyxnat-'));
  });
  afterEach(() => rm(work, { recursive: true, force: true }));

  const run = async (sandbox: Sandbox): Promise<unknown> => {
    const child = spawn('/usr/bin/python3', ['-c', SCRIPT, sandbox.url, 'alice', 'sandbox-alice', work], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: Record<'out' | 'error', string> = { out: '', error: '' };
    child.stdout.on('data', (chunk: Buffer) => (output.out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output.error += chunk.toString()));
    const code = await new Promise((resolve) => child.once('close', resolve));
    assert.equal(code, 0, output.error);
    return JSON.parse(output.out.trim().split('\n').at(-1) ?? '');
  };

  for (const plainXnat of [false, true]) {
    it(`signs in, lists, creates, uploads, downloads and deletes${plainXnat ? ', without the extension' : ''}`, async () => {
      const sandbox = await startSandbox({ plainXnat });
      try {
        assert.deepEqual(await run(sandbox), {
          projects: ['FETALMRI', 'GIFTDEMO'],
          'project exists': true,
          subjects: ['GIFTDEMO-0001', 'GIFTDEMO-0002', 'GIFTDEMO-0003'],
          'subject before': false,
          files: ['m0.dcm', 'm1.dcm', 'm2.dcm', 'one.dcm'],
          size: '300',
          content: 'RAW',
          'same bytes': true,
          zip: ['m0.dcm', 'm1.dcm', 'm2.dcm', 'one.dcm'],
          experiments: ['PYX-1-MR'],
          note: 'hello',
          'files after delete': ['m0.dcm', 'm1.dcm', 'm2.dcm'],
          'resource after delete': false,
          'subject after delete': false,
        });
        assert.deepEqual(
          sandbox.requests.filter(({ status }) => status >= 400),
          [],
        );
      } finally {
        await sandbox.close();
      }
    });
  }
});
