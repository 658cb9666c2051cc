import type { ArchiveStore } from './archiveStore.js';
import type { ResourceRecord } from './model.js';

/**
 * Where the real server would keep the catalogue of a resource; documents and error pages show it. The sandbox's own
 * files lie under numbers, see `Blobs`.
 */
export function cataloguePath(store: ArchiveStore, archiveRoot: string, resource: ResourceRecord): string {
  const { label, project } = resource;
  return `${archiveRoot}/${project}/${ownerPath(store, resource)}/${label}/${label}_catalog.xml`;
}

function ownerPath(store: ArchiveStore, { owner }: ResourceRecord): string {
  const [kind, id = ''] = owner.split(':', 2);
  switch (kind) {
    case 'scan': {
      const scan = store.scanByNumber.first(id);
      const label = store.experiments.get(scan?.experiment ?? '')?.label ?? '';
      return `arc001/${label}/SCANS/${scan?.id ?? ''}`;
    }
    case 'experiment':
      return `arc001/${store.experiments.get(id)?.label ?? ''}/RESOURCES`;
    case 'subject':
      return `subjects/${store.subjects.get(id)?.label ?? ''}`;
    default:
      return 'resources';
  }
}
