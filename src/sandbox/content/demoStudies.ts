import type { SandboxContext } from '../context.js';
import { createResource } from '../routes/resourceRoutes.js';
import { createScan } from '../routes/scanRoutes.js';
import type { SampleDataSet } from '../samples/dicomFile.js';
import { hashedUid, seedInstances } from '../samples/deidentifiedSeed.js';
import type { ProjectRecord, ScanRecord, SubjectRecord } from '../store/model.js';
import { writeFrom } from '../zip/fileSink.js';
import { encodeGif } from './gif.js';
import { snapshotsOf } from './snapshots.js';

type Kind = 'ct' | 'mr';

/** Subjects of a fresh server and the studies they have; each study is one small series. */
const DEMO: Readonly<
  Record<string, readonly { readonly label: string; readonly studies: readonly Kind[] }[]>
> = {
  GIFTDEMO: [
    { label: 'GIFTDEMO-0001', studies: ['mr', 'ct'] },
    { label: 'GIFTDEMO-0002', studies: ['mr'] },
    { label: 'GIFTDEMO-0003', studies: [] },
  ],
  FETALMRI: [{ label: 'FETALMRI-0001', studies: ['mr'] }],
};

/** Fills a fresh server with de-identified synthetic studies. */
export async function createDemoStudies(context: SandboxContext): Promise<void> {
  for (const [projectId, subjects] of Object.entries(DEMO)) {
    const project = context.store.projects.get(projectId);
    if (project === undefined) continue;
    for (const { label, studies } of subjects) {
      const subject = createSubject(context, project, label);
      for (const [index, kind] of studies.entries()) {
        await createStudy(context, project, subject, kind, index + 1);
      }
    }
  }
}

function inserted(context: SandboxContext) {
  const now = Date.now();
  return { inserted: now, insertedBy: 'admin', modified: now, eventId: context.store.nextEvent() };
}

function createSubject(context: SandboxContext, project: ProjectRecord, label: string): SubjectRecord {
  const id = context.store.nextId('S');
  const subject: SubjectRecord = {
    id,
    project: project.id,
    label,
    attributes: {},
    fields: {},
    shares: [],
    ...inserted(context),
  };
  context.store.subjects.put(id, subject);
  const row = context.store.nextId('Pi');
  const ppid = storedUid(hashedUid(`patient of ${label}`));
  context.store.pseudonyms.put(row, { id: row, ppid, project: project.id, subject: id });
  return subject;
}

async function createStudy(
  context: SandboxContext,
  project: ProjectRecord,
  subject: SubjectRecord,
  kind: Kind,
  number: number,
): Promise<void> {
  const label = `${subject.label}-Study${number}`;
  const instances = seedInstances(kind, subject.label, label, number);
  const [first] = instances;
  const id = context.store.nextId('E');
  const experiment = {
    id,
    project: project.id,
    subject: subject.id,
    label,
    xsiType: `xnat:${kind}SessionData`,
    uid: storedUid(first?.dataSet.StudyInstanceUID),
    attributes: { modality: kind.toUpperCase() },
    history: [],
    ...inserted(context),
  };
  context.store.experiments.put(id, experiment);
  const scan = createScan(
    context,
    experiment,
    {
      id: 'Series1',
      uid: storedUid(first?.dataSet.SeriesInstanceUID),
      xsiType: `xnat:${kind}ScanData`,
      attributes: { type: kind === 'ct' ? 'Head' : 'T1', quality: 'usable' },
    },
    'admin',
  );
  const dicom = { format: 'DICOM', content: 'RAW' };
  await fill(
    context,
    { project, scan, label: 'DICOM', ...dicom },
    instances.map(({ name, bytes }) => ({ name, bytes, ...dicom })),
  );
  const { original, thumbnail } = snapshotsOf(instances.map(({ dataSet }) => dataSet));
  const stem = `${label}_${scan.id}_qc`;
  await fill(context, { project, scan, label: 'SNAPSHOTS', format: '', content: '' }, [
    { name: `${stem}.gif`, bytes: encodeGif(original), format: 'GIF', content: 'ORIGINAL' },
    { name: `${stem}_t.gif`, bytes: encodeGif(thumbnail), format: 'GIF', content: 'THUMBNAIL' },
  ]);
}

/** As uploaders write it into a record: without dots. */
function storedUid(uid: SampleDataSet['StudyInstanceUID']): string {
  return typeof uid === 'string' ? uid.replaceAll('.', '_') : '';
}

interface DemoFile {
  readonly name: string;
  readonly bytes: Buffer;
  readonly format: string;
  readonly content: string;
}

async function fill(
  context: SandboxContext,
  place: {
    readonly project: ProjectRecord;
    readonly scan: ScanRecord;
    readonly label: string;
    readonly format: string;
    readonly content: string;
  },
  files: readonly DemoFile[],
): Promise<void> {
  const { project, scan, label, format, content } = place;
  const owner = { key: `scan:${scan.number}`, project };
  const values = { format, content, description: '', tags: '' };
  const resource = createResource(context, owner, label, 'admin', values);
  for (const { name, bytes, ...described } of files) {
    const temporary = context.blobs.temporary();
    const stored = await writeFrom([bytes], temporary);
    await context.blobs.keep(resource, name, temporary);
    context.store.files.put(`${resource.number} ${name}`, {
      resource: resource.number,
      path: name,
      ...stored,
      ...described,
      tags: '',
      modified: Date.now(),
      createdBy: 'admin',
      eventId: resource.eventId,
    });
  }
  context.store.resources.put(String(resource.number), { ...resource, populated: true });
}
