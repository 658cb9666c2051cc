import { longDate } from '../server/dates.js';
import type { Item } from '../server/items.js';
import type { ArchiveStore } from './archiveStore.js';
import { cataloguePath } from './cataloguePath.js';
import { scanTypeOf } from './elementTypes.js';
import type { ExperimentRecord, ProjectRecord, ResourceRecord, ScanRecord, SubjectRecord } from './model.js';

interface Stamped {
  readonly eventId: number;
  readonly modified: number;
}

function meta(type: string, record: Stamped): Item['meta'] {
  return {
    create_event_id: record.eventId,
    'xsi:type': type,
    isHistory: false,
    start_date: longDate(record.modified),
  };
}

type Field = Item['children'][number];

function child(field: string, items: readonly Item[]): Field[] {
  return items.length === 0 ? [] : [{ field, items }];
}

/** Only what has a value appears in a document. */
function fields(values: Readonly<Record<string, string | number>>): Record<string, string | number> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
}

const NUMBERS = new Set(['frames', 'parameters/fov/x', 'parameters/fov/y']);

/** Documents have numbers where the schema has them. */
function typed(attributes: Readonly<Record<string, string>>): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => {
      const plain = NUMBERS.has(key) && /^\d+$/.test(value);
      return [key, plain ? Number(value) : value];
    }),
  );
}

/** Builds the item documents of the archive's elements, children included. */
export class Elements {
  constructor(
    private readonly store: ArchiveStore,
    private readonly archiveRoot: string,
  ) {}

  project(project: ProjectRecord): Item {
    return {
      children: child('resources/resource', this.resources(`project:${project.id}`)),
      meta: meta('xnat:projectData', project),
      data_fields: fields({
        secondary_ID: project.id,
        name: project.id,
        ...project.attributes,
        ID: project.id,
      }),
    };
  }

  subject(subject: SubjectRecord): Item {
    const experiments = this.store.experimentsOfSubject.all(subject.id);
    const custom = Object.entries(subject.fields).map(([name, value]) => ({
      children: [],
      meta: meta('xnat:subjectData_field', subject),
      data_fields: fields({ name, field: value }),
    }));
    return {
      children: [
        ...child('fields/field', custom),
        ...child(
          'experiments/experiment',
          experiments.map((experiment) => this.experiment(experiment)),
        ),
        ...child('resources/resource', this.resources(`subject:${subject.id}`)),
      ],
      meta: meta('xnat:subjectData', subject),
      data_fields: fields({
        project: subject.project,
        ID: subject.id,
        label: subject.label,
        ...subject.attributes,
      }),
    };
  }

  experiment(experiment: ExperimentRecord): Item {
    const scans = this.store.scansOfExperiment.all(experiment.id);
    return {
      children: [
        ...child(
          'scans/scan',
          // Inside a session's document every scan shows the session's own type (GIFT-Cloud server, observed).
          scans.map((scan) => this.scan(scan, scanTypeOf(experiment.xsiType))),
        ),
        ...child('resources/resource', this.resources(`experiment:${experiment.id}`)),
      ],
      meta: meta(experiment.xsiType, experiment),
      data_fields: fields({
        subject_ID: experiment.subject,
        UID: experiment.uid,
        project: experiment.project,
        ID: experiment.id,
        label: experiment.label,
        id: experiment.id,
        ...experiment.attributes,
      }),
    };
  }

  /** The current state, then one entry per earlier state (GIFT-Cloud server, observed). */
  experimentWithHistory(experiment: ExperimentRecord): Item[] {
    const earlier = experiment.history.map((version) => ({
      children: [],
      meta: {
        end_date: longDate(version.ended),
        create_event_id: version.eventId,
        modified_event_id: version.ended,
        'xsi:type': experiment.xsiType,
        isHistory: true,
        start_date: longDate(version.started),
      },
      data_fields: fields({
        subject_ID: version.subject,
        UID: version.uid,
        project: experiment.project,
        ID: experiment.id,
        label: version.label,
        id: experiment.id,
      }),
    }));
    return [this.experiment(experiment), ...earlier];
  }

  scan(scan: ScanRecord, xsiType = scan.xsiType): Item {
    return {
      children: child('file', this.resources(`scan:${scan.number}`)),
      meta: meta(xsiType, scan),
      data_fields: fields({
        UID: scan.uid,
        xnat_imagescandata_id: scan.number,
        ID: scan.id,
        image_session_ID: scan.experiment,
        xnat_imageScanData_id: scan.number,
        ...typed(scan.attributes),
      }),
    };
  }

  cataloguePath(resource: ResourceRecord): string {
    return cataloguePath(this.store, this.archiveRoot, resource);
  }

  private resources(owner: string): Item[] {
    return this.store.resourcesOfOwner.all(owner).map((resource) => this.resource(resource));
  }

  private resource(resource: ResourceRecord): Item {
    const files = this.store.filesOfResource.all(String(resource.number));
    const counts = {
      file_count: files.length,
      file_size: files.reduce((sum, file) => sum + file.size, 0),
    };
    return {
      children: [],
      meta: meta('xnat:resourceCatalog', resource),
      data_fields: fields({
        xnat_abstractresource_id: resource.number,
        format: resource.format,
        content: resource.content,
        label: resource.label,
        URI: this.cataloguePath(resource),
        xnat_abstractResource_id: resource.number,
        ...(resource.populated ? counts : {}),
      }),
    };
  }
}
