import { open, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { SandboxContext } from '../context.js';
import { readImportHeader, type ImportHeader } from '../dicom/headers.js';
import { scanAttributes } from '../dicom/scanAttributes.js';
import { applyScripts, parseScript } from '../dicom/siteScript.js';
import { createResource } from '../routes/resourceRoutes.js';
import { scriptKey } from '../routes/scriptRoutes.js';
import { createScan } from '../routes/scanRoutes.js';
import { isScanType, isSessionType } from '../store/elementTypes.js';
import type {
  ExperimentRecord,
  PrearchiveFile,
  PrearchiveRecord,
  ProjectRecord,
  ScanRecord,
  SubjectRecord,
} from '../store/model.js';
import { writeFrom, type StoredBytes } from '../zip/fileSink.js';
import { folderOf, sessionKey } from './importer.js';

/**
 * Moves a prearchive session into the archive: creates subject, experiment, scans and `DICOM` resources and runs
 * the site's and the project's script on every file, where the server heeds it not with `prevent_anon=true`. What an
 * experiment holds already stays as it is.
 */
export async function archiveSession(
  context: SandboxContext,
  session: PrearchiveRecord,
  project: ProjectRecord,
  login: string,
): Promise<ExperimentRecord> {
  const subject = subjectFor(context, project, session, login);
  const first = session.files[0];
  const header =
    first === undefined ? undefined : readImportHeader(join(folderOf(context, session), first.name));
  const experiment = experimentFor(context, project, subject, session, header, login);
  const scopes = session.preventAnon === 'true' && !context.ignorePreventAnon ? [] : ['', project.id];
  const scripts = scopes.flatMap((scope) => {
    const config = context.store.configs.get(scriptKey(scope));
    return config?.enabled === true ? [parseScript(config.contents)] : [];
  });
  const variables = { project: project.id, subject: subject.label, session: experiment.label };
  for (const file of session.files) {
    const from = join(folderOf(context, session), file.name);
    const scan = scanFor(context, experiment, session, file, login);
    if (isStored(context, scan, file)) continue;
    const temporary = context.blobs.temporary();
    const stored =
      scripts.length === 0
        ? await writeFrom((await open(from)).createReadStream() as AsyncIterable<Buffer>, temporary)
        : await applyScripts(from, temporary, scripts, variables);
    await store(context, project, scan, file, { temporary, stored }, login);
  }
  await removeSession(context, session);
  return experiment;
}

export async function removeSession(context: SandboxContext, session: PrearchiveRecord): Promise<void> {
  context.store.prearchive.delete(sessionKey(session));
  await rm(folderOf(context, session), { recursive: true, force: true });
}

function subjectFor(
  context: SandboxContext,
  project: ProjectRecord,
  session: PrearchiveRecord,
  login: string,
): SubjectRecord {
  const existing = context.store.subjectOf(project.id, session.subject);
  if (existing !== undefined) return existing;
  const now = Date.now();
  const subject: SubjectRecord = {
    id: context.store.nextId('S'),
    project: project.id,
    label: session.subject,
    attributes: {},
    fields: {},
    shares: [],
    inserted: now,
    insertedBy: login,
    modified: now,
    eventId: context.store.nextEvent(),
  };
  context.store.subjects.put(subject.id, subject);
  return subject;
}

function experimentFor(
  context: SandboxContext,
  project: ProjectRecord,
  subject: SubjectRecord,
  session: PrearchiveRecord,
  header: ImportHeader | undefined,
  login: string,
): ExperimentRecord {
  const existing = context.store.experimentOf(project.id, session.name);
  if (existing !== undefined) return existing;
  const now = Date.now();
  const xsiType = `xnat:${typeName(header?.modality ?? '')}SessionData`;
  const experiment: ExperimentRecord = {
    id: context.store.nextId('E'),
    project: project.id,
    subject: subject.id,
    label: session.name,
    xsiType: isSessionType(xsiType) ? xsiType : 'xnat:otherDicomSessionData',
    uid: session.studyUid,
    attributes: {
      date: session.studyDate.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3'),
      time: session.studyTime.replace(/^(\d{2})(\d{2})(\d{2}).*$/, '$1:$2:$3'),
      modality: header?.modality ?? '',
      'scanner/manufacturer': header?.manufacturer ?? '',
      dcmPatientId: header?.patientId ?? '',
      dcmPatientName: header?.patientName ?? '',
      dcmAccessionNumber: header?.accessionNumber ?? '',
      session_type: header?.studyDescription ?? '',
      prearchivePath: folderOf(context, session),
    },
    history: [],
    inserted: now,
    insertedBy: login,
    modified: now,
    eventId: context.store.nextEvent(),
  };
  context.store.experiments.put(experiment.id, experiment);
  return experiment;
}

/** DICOM modality to the part of the type's name. */
function typeName(modality: string): string {
  return modality === 'PT' ? 'pet' : modality.toLowerCase();
}

function scanFor(
  context: SandboxContext,
  experiment: ExperimentRecord,
  session: PrearchiveRecord,
  file: PrearchiveFile,
  login: string,
): ScanRecord {
  const scans = context.store.scansOfExperiment.all(experiment.id);
  const existing = scans.find(({ uid }) => uid === file.seriesUid);
  if (existing !== undefined) return existing;
  const xsiType = `xnat:${typeName(file.modality)}ScanData`;
  const inSeries = session.files.filter((other) => other.seriesNumber === file.seriesNumber);
  const header = readImportHeader(join(folderOf(context, session), file.name));
  return createScan(
    context,
    experiment,
    {
      id: freeScanId(file, new Set(scans.map(({ id }) => id))),
      uid: file.seriesUid,
      xsiType: isScanType(xsiType) ? xsiType : 'xnat:otherDicomScanData',
      attributes: {
        ...(header === undefined ? {} : scanAttributes(header, inSeries.length)),
        quality: 'usable',
      },
    },
    login,
  );
}

/** The series number; of a second series with that number XNAT says the modality, too: `2-MR1`. */
function freeScanId({ seriesNumber, modality }: PrearchiveFile, taken: ReadonlySet<string>): string {
  if (!taken.has(seriesNumber)) return seriesNumber;
  for (let count = 1; ; count += 1) {
    const id = `${seriesNumber}-${modality}${count}`;
    if (!taken.has(id)) return id;
  }
}

function isStored(context: SandboxContext, scan: ScanRecord, file: PrearchiveFile): boolean {
  const resource = context.store.resourceOf(`scan:${scan.number}`, 'DICOM');
  return (
    resource !== undefined &&
    context.store.files.get(`${resource.number} ${basename(file.name)}`) !== undefined
  );
}

async function store(
  context: SandboxContext,
  project: ProjectRecord,
  scan: ScanRecord,
  file: PrearchiveFile,
  { temporary, stored }: { readonly temporary: string; readonly stored: StoredBytes },
  login: string,
): Promise<void> {
  const key = `scan:${scan.number}`;
  const resource =
    context.store.resourceOf(key, 'DICOM') ??
    createResource(context, { key, project }, 'DICOM', login, {
      format: 'DICOM',
      content: 'RAW',
      description: '',
      tags: '',
    });
  const path = basename(file.name);
  await context.blobs.keep(resource, path, temporary);
  const eventId = context.store.nextEvent();
  context.store.files.put(`${resource.number} ${path}`, {
    resource: resource.number,
    path,
    ...stored,
    format: 'DICOM',
    content: '',
    tags: '',
    modified: Date.now(),
    createdBy: login,
    eventId,
  });
  context.store.resources.put(String(resource.number), { ...resource, populated: true, eventId });
}
