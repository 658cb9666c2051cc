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
seen['sessions'] = len(server.array.mrsessions(project_id='GIFTDEMO').data)
seen['scans'] = [row['xnat:imagescandata/id'] for row in server.array.scans(project_id='GIFTDEMO').data]
seen['subjects everywhere'] = len(server.select('/projects/*/subjects/*').get())
new = server.select.project('PYXNEW')
new.create()
new.add_user('bob', 'member')
seen['new project'] = [new.exists(), new.accessibility().decode(), sorted(new.users()), new.user_role('bob')]
new.delete()
seen['new project after delete'] = server.select.project('PYXNEW').exists()
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
resource.file('one.dcm').insert(one, overwrite=True)
folder = os.path.join(work, 'folder')
os.mkdir(folder)
open(os.path.join(folder, 'two.dcm'), 'wb').write(b'two')
resource.put_dir(folder, format='DICOM')
seen['described'] = [resource.file('two.dcm').format(), resource.file('one.dcm').content()]
unpacked = os.path.join(work, 'resource')
os.mkdir(unpacked)
seen['resource zip'] = sorted(os.path.relpath(path, unpacked) for path in resource.get(unpacked, extract=True))
resource.file('two.dcm').delete()
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

  it('is refused with a wrong password, and asks no more than a few times', async () => {
    const sandbox = await startSandbox({ empty: true });
    try {
      const wrong =
        "import pyxnat, sys\nserver = pyxnat.Interface(server=sys.argv[1], user='alice', password='wrong')\n" +
        'print(server.select.projects().get())';
      const child = spawn('/usr/bin/python3', ['-c', wrong, sandbox.url], { stdio: 'ignore' });
      await new Promise((resolve) => child.once('close', resolve));
      const statuses = sandbox.requests.map(({ status }) => status);
      assert.ok(statuses.length > 0 && statuses.length < 20 && statuses.every((status) => status === 401));
    } finally {
      await sandbox.close();
    }
  });

  for (const plainXnat of [false, true]) {
    it(`signs in, lists, creates, uploads, downloads and deletes${plainXnat ? ', without the extension' : ''}`, async () => {
      const sandbox = await startSandbox({ plainXnat });
      try {
        assert.deepEqual(await run(sandbox), {
          projects: ['FETALMRI', 'GIFTDEMO'],
          sessions: 2,
          scans: ['Series1', 'Series1', 'Series1'],
          'subjects everywhere': 4,
          'new project': [true, 'private', ['alice', 'bob'], 'member'],
          'new project after delete': false,
          'project exists': true,
          subjects: ['GIFTDEMO-0001', 'GIFTDEMO-0002', 'GIFTDEMO-0003'],
          'subject before': false,
          files: ['m0.dcm', 'm1.dcm', 'm2.dcm', 'one.dcm'],
          size: '300',
          content: 'RAW',
          'same bytes': true,
          // pyxnat sends U for what it was not told.
          described: ['DICOM', 'U'],
          'resource zip': ['m0', 'm1', 'm2', 'one', 'two'].map((name) => `DICOM/${name}.dcm`),
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
