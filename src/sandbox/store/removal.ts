import type { SandboxContext } from '../context.js';
import type {
  ExperimentRecord,
  OwnerKey,
  ProjectRecord,
  ResourceRecord,
  ScanRecord,
  SubjectRecord,
} from './model.js';

type Stores = Pick<SandboxContext, 'store' | 'blobs'>;

/** Deletion with everything below; the records first, so that a killed process leaves files but no dangling rows. */
export async function removeResource({ store, blobs }: Stores, resource: ResourceRecord): Promise<void> {
  for (const file of store.filesOfResource.all(String(resource.number))) {
    store.files.delete(`${file.resource} ${file.path}`);
  }
  store.resources.delete(String(resource.number));
  await blobs.removeResource(resource);
}

async function removeResourcesOf(stores: Stores, owner: OwnerKey): Promise<void> {
  for (const resource of stores.store.resourcesOfOwner.all(owner)) await removeResource(stores, resource);
}

export async function removeScan(stores: Stores, scan: ScanRecord): Promise<void> {
  stores.store.scans.delete(`${scan.experiment} ${scan.id}`);
  await removeResourcesOf(stores, `scan:${scan.number}`);
}

export async function removeExperiment(stores: Stores, experiment: ExperimentRecord): Promise<void> {
  stores.store.experiments.delete(experiment.id);
  for (const scan of stores.store.scansOfExperiment.all(experiment.id)) await removeScan(stores, scan);
  await removeResourcesOf(stores, `experiment:${experiment.id}`);
}

export async function removeSubject(stores: Stores, subject: SubjectRecord): Promise<void> {
  stores.store.subjects.delete(subject.id);
  for (const row of stores.store.pseudonymsOfSubject.all(subject.id)) stores.store.pseudonyms.delete(row.id);
  for (const experiment of stores.store.experimentsOfSubject.all(subject.id)) {
    await removeExperiment(stores, experiment);
  }
  await removeResourcesOf(stores, `subject:${subject.id}`);
}

export async function removeProject(stores: Stores, project: ProjectRecord): Promise<void> {
  stores.store.projects.delete(project.id);
  for (const subject of stores.store.subjectsOfProject.all(project.id)) {
    if (subject.project === project.id) await removeSubject(stores, subject);
  }
  await removeResourcesOf(stores, `project:${project.id}`);
}
