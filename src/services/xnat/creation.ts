import type { Archive, ArchivePath, CreateResult, SubjectMark } from './archive.js';
import { levelPath, projectPath } from './archivePaths.js';
import { assertLabel } from './labels.js';
import type { ClientRequest } from './xnatClient.js';

/** A PUT that creates a subject, with a custom field where one comes with it (GIFT-Cloud server, observed). */
export function newSubjectRequest(project: string, label: string, mark?: SubjectMark): ClientRequest {
  assertLabel('subject', label);
  return {
    method: 'PUT',
    path: projectPath(project, 'subjects', label),
    what: 'create a subject',
    ...(mark && { query: { [`xnat:subjectData/fields/field[name=${mark.name}]/field`]: mark.value } }),
  };
}

export function newExperimentRequest(path: Parameters<Archive['createExperiment']>[0]): ClientRequest {
  assertLabel('experiment', path.experiment);
  const query = { xsiType: path.xsiType, UID: path.uid };
  return { method: 'PUT', path: levelPath(path), query, what: 'create an experiment' };
}

export function newScanRequest(path: Parameters<Archive['createScan']>[0]): ClientRequest {
  assertLabel('scan', path.scan);
  const query = { xsiType: path.xsiType, UID: path.uid };
  return { method: 'PUT', path: levelPath(path), query, what: 'create a scan' };
}

export function newResourceRequest(path: Required<ArchivePath>, resource: string): ClientRequest {
  const query = { xsiType: 'xnat:resourceCatalog', format: 'DICOM' };
  return { method: 'PUT', path: levelPath(path, 'resources', resource), query, what: 'create a resource' };
}

/** What a PUT did that creates something: the accession ID in its body, where there is one, is a word. */
export function createResult(status: number, body: string): CreateResult {
  const id = body.trim();
  return {
    id: /^[\w-]+$/.test(id) ? id : '',
    existed: status === 409 || (status === 200 && id !== ''),
  };
}
