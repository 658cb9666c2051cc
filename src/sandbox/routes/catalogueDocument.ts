import type { SandboxContext } from '../context.js';
import { escapeXml } from '../server/answers.js';
import { longDate } from '../server/dates.js';
import { XML_NAMESPACES } from '../server/xmlNamespaces.js';
import { md5Of } from '../store/digests.js';
import type { FileRecord, ResourceRecord } from '../store/model.js';

/** The catalogue document of a resource: the one place of version 1.6 that shows an MD5 for each file. */
export async function catalogueDocument(context: SandboxContext, resource: ResourceRecord): Promise<string> {
  const files = context.store.filesOfResource.all(String(resource.number));
  const entries: string[] = [];
  for (const file of files)
    entries.push(entry(context, resource, file, await md5Of(context, resource, file)));
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<cat:Catalog ID="${escapeXml(resource.label)}" ${XML_NAMESPACES}>\n` +
    `<cat:metaFields>\n\t<cat:metaField name="AUDIT">${audit(files)}</cat:metaField>\n</cat:metaFields>\n` +
    `<cat:entries>\n${entries.join('')}</cat:entries>\n</cat:Catalog>\n`
  );
}

function entry(context: SandboxContext, resource: ResourceRecord, file: FileRecord, md5: string): string {
  const name = file.path.split('/').at(-1) ?? file.path;
  const folder = context.elements.cataloguePath(resource).replace(/\/[^/]*$/, '');
  const attributes = {
    ID: `${resource.label}/${name}`,
    URI: file.outside === undefined ? file.path : `${folder}/${file.outside}`,
    content: file.content,
    createdBy: file.createdBy,
    createdEventId: String(file.eventId),
    createdTime: new Date(file.modified).toISOString().replace('Z', ''),
    digest: md5,
    format: file.format,
    name,
  };
  const written = Object.entries(attributes).filter(([, value]) => value !== '');
  return `\t<cat:entry ${written.map(([key, value]) => `${key}="${escapeXml(value)}"`).join(' ')}/>\n`;
}

/** How many files came with which event, as the server notes it. */
function audit(files: readonly FileRecord[]): string {
  const events = new Map<number, { readonly time: number; count: number }>();
  for (const { eventId, modified } of files) {
    const event = events.get(eventId);
    if (event === undefined) events.set(eventId, { time: modified, count: 1 });
    else event.count += 1;
  }
  return [...events].map(([id, { time, count }]) => `${id}:${longDate(time)}=Added:${count}`).join('|');
}
