import { Readable } from 'node:stream';
import type { SandboxContext } from '../context.js';
import { createResource } from '../routes/resourceRoutes.js';
import { createScan } from '../routes/scanRoutes.js';
import { seedInstances } from '../samples/deidentifiedSeed.js';
import type { ProjectRecord, ScanRecord, SubjectRecord } from '../store/model.js';
import { writeDigested } from '../zip/digest.js';

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

/** A picture of one grey pixel: enough to show that a preview is there. */
const PREVIEW = Buffer.from('R0lGODlhAQABAIAAAICAgP///ywAAAAAAQABAAACAkQBADs=', 'base64');

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
  const id = context.store.nextId('E');
  const experiment = {
    id,
    project: project.id,
    subject: subject.id,
    label,
    xsiType: `xnat:${kind}SessionData`,
    uid: '',
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
      uid: '',
      xsiType: `xnat:${kind}ScanData`,
      attributes: { type: kind === 'ct' ? 'Head' : 'T1', quality: 'usable' },
    },
    'admin',
  );
  await fill(
    context,
    project,
    scan,
    'DICOM',
    { format: 'DICOM', content: 'RAW' },
    seedInstances(kind, subject.label, label, number),
  );
  await fill(context, project, scan, 'SNAPSHOTS', { format: 'GIF', content: 'THUMBNAIL' }, [
    { name: 'preview.gif', bytes: PREVIEW },
  ]);
}

async function fill(
  context: SandboxContext,
  project: ProjectRecord,
  scan: ScanRecord,
  label: string,
  values: { readonly format: string; readonly content: string },
  files: readonly { readonly name: string; readonly bytes: Buffer }[],
): Promise<void> {
  const owner = { key: `scan:${scan.number}`, project };
  const resource = createResource(context, owner, label, 'admin', { ...values, description: '', tags: '' });
  for (const { name, bytes } of files) {
    const temporary = context.blobs.temporary();
    const stored = await writeDigested(Readable.from([bytes]), temporary);
    await context.blobs.keep(resource, name, temporary);
    context.store.files.put(`${resource.number} ${name}`, {
      resource: resource.number,
      path: name,
      ...stored,
      ...values,
      tags: '',
      modified: Date.now(),
      createdBy: 'admin',
      eventId: resource.eventId,
    });
  }
  context.store.resources.put(String(resource.number), { ...resource, populated: true });
}
