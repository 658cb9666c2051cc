import type { SubjectDocument } from './archive.js';
import { asRecord, parseJson, unexpectedAnswer } from './tables.js';

interface Item {
  readonly xsiType: string;
  readonly fields: Readonly<Record<string, unknown>>;
  children(field: string): readonly Item[];
}

/**
 * The subject with everything below it from an item answer. `items[0]` is the present state; what follows is history
 * (observed). Scans carry their own resources as `file` children.
 * @throws UNEXPECTED_ANSWER
 */
export function parseSubjectTree(body: string): SubjectDocument {
  const items = asRecord(parseJson(body))['items'];
  if (!Array.isArray(items) || items.length === 0) throw unexpectedAnswer();
  const subject = readItem(items[0]);
  const label = text(subject, 'label');
  const id = text(subject, 'ID');
  if (id === '') throw unexpectedAnswer();
  return {
    id,
    label: label === '' ? id : label,
    fields: subject
      .children('fields/field')
      .map((field) => ({ name: text(field, 'name'), value: text(field, 'field') })),
    resources: subject.children('resources/resource').map((resource) => text(resource, 'label')),
    experiments: subject.children('experiments/experiment').map((experiment) => ({
      id: text(experiment, 'ID'),
      label: text(experiment, 'label'),
      xsiType: experiment.xsiType,
      uid: text(experiment, 'UID'),
      scans: experiment.children('scans/scan').map((scan) => ({
        id: text(scan, 'ID'),
        xsiType: scan.xsiType,
        uid: text(scan, 'UID'),
        resources: scan
          .children('file')
          .map((file) => ({ label: text(file, 'label'), fileCount: count(file, 'file_count') })),
      })),
    })),
  };
}

/**
 * UIDs of an item, the first one first: after a change its earlier states follow the present one, with events that are
 * counted upwards (observed).
 * @throws UNEXPECTED_ANSWER
 */
export function parseUidHistory(body: string): readonly string[] {
  const items = asRecord(parseJson(body))['items'];
  if (!Array.isArray(items)) throw unexpectedAnswer();
  return items
    .map((value) => ({
      event: Number(asRecord(asRecord(value)['meta'])['create_event_id']),
      item: readItem(value),
    }))
    .sort((a, b) => a.event - b.event)
    .map(({ item }) => text(item, 'UID'));
}

function readItem(value: unknown): Item {
  const { data_fields: fields, meta, children } = asRecord(value);
  const groups = Array.isArray(children) ? children.map(asRecord) : [];
  const xsiType = meta === undefined ? undefined : asRecord(meta)['xsi:type'];
  return {
    xsiType: typeof xsiType === 'string' ? xsiType : '',
    fields: fields === undefined ? {} : asRecord(fields),
    children: (field) =>
      groups
        .filter((group) => group['field'] === field)
        .flatMap(({ items }) => (Array.isArray(items) ? items.map(readItem) : [])),
  };
}

function text(item: Item, key: string): string {
  const value = item.fields[key];
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

function count(item: Item, key: string): number | undefined {
  const value = text(item, key);
  return /^\d+$/.test(value) ? Number(value) : undefined;
}
