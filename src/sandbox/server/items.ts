import { escapeXml, json, xml, type Answer } from './answers.js';
import type { Exchange } from './exchange.js';
import { longDate } from './dates.js';
import { wantedFormat } from './tables.js';
import { XML_NAMESPACES } from './xmlNamespaces.js';

/** One element of an item document, as the server nests them. */
export interface Item {
  readonly children: readonly { readonly field: string; readonly items: readonly Item[] }[];
  readonly meta: Readonly<Record<string, string | number | boolean>>;
  readonly data_fields: Readonly<Record<string, string | number>>;
}

/**
 * An item document. Only `format=json` gives JSON: without a format the server wants to show its report page
 * (GIFT-Cloud server, observed).
 */
export function itemAnswer(exchange: Exchange, items: readonly Item[]): Answer {
  switch (wantedFormat(exchange)) {
    case 'json':
      return itemsJson(items);
    case 'xml':
      return itemXml(items);
    default:
      return reportPage();
  }
}

/** The page's date is none that RFC 2616 allows (GIFT-Cloud server, observed). */
function reportPage(): Answer {
  return {
    status: 200,
    type: 'text/html',
    headers: {
      'Last-Modified': longDate(Date.now()),
      'Cache-Control': 'no-store, no-cache, must-revalidate, max-age=0, post-check=0, pre-check=0',
    },
    body: '<html><body></body></html>',
    chunked: true,
  };
}

export function itemsJson(items: readonly Item[]): Answer {
  return json(JSON.stringify({ items }));
}

/** The element as XML: attributes and plain children, enough for clients that read single values. */
export function itemXml(items: readonly Item[]): Answer {
  const item = items[0];
  return xml(
    `<?xml version="1.0" encoding="UTF-8"?>\n${item === undefined ? '' : element(item, undefined)}\n`,
  );
}

/** Fields that the schema keeps as attributes, in its order; all others are child elements. */
const ATTRIBUTES = [
  'ID',
  'project',
  'label',
  'UID',
  'type',
  'format',
  'content',
  'URI',
  'file_count',
  'file_size',
];

/** Internal keys that no document shows. */
const INTERNAL = /^(id|xnat_.*|image_session_ID)$/;

function element(item: Item, tag: string | undefined): string {
  const type = String(item.meta['xsi:type']);
  const name = tag ?? rootName(type);
  const fields = Object.entries(item.data_fields).filter(([key]) => !INTERNAL.test(key));
  const attributes = ATTRIBUTES.map((key) => {
    const value = item.data_fields[key];
    return value === undefined ? '' : ` ${key}="${escapeXml(String(value))}"`;
  }).join('');
  const plain = fields
    .filter(([key]) => !ATTRIBUTES.includes(key) && !key.includes('/'))
    .map(([key, value]) => `<xnat:${key}>${escapeXml(String(value))}</xnat:${key}>\n`)
    .join('');
  const nested = item.children.map(({ field, items }) => nestedXml(field, items)).join('');
  const head = tag === undefined ? ` ${XML_NAMESPACES}` : ` xsi:type="${type}"`;
  const start = `<${name}${attributes}${head}`;
  return plain + nested === '' ? `${start}/>` : `${start}>\n${plain}${nested}</${name}>`;
}

function nestedXml(field: string, items: readonly Item[]): string {
  const names = field.split('/');
  const last = names.at(-1) ?? field;
  const inner = items.map((item) => `${element(item, `xnat:${last}`)}\n`).join('');
  const wrapper = names.length > 1 ? names[0] : undefined;
  return wrapper === undefined ? inner : `<xnat:${wrapper}>\n${inner}</xnat:${wrapper}>\n`;
}

/** `xnat:mrSessionData` is `xnat:MRSession` as a document. */
function rootName(type: string): string {
  const [prefix = 'xnat', local = ''] = type.split(':');
  const session = /^(.+)(Session|Scan)Data$/.exec(local);
  if (session !== null) {
    const modality = session[1] ?? '';
    const short =
      modality.length <= 3 ? modality.toUpperCase() : modality.charAt(0).toUpperCase() + modality.slice(1);
    return `${prefix}:${short}${session[2] ?? ''}`;
  }
  const bare = local.replace(/Data$/, '');
  return `${prefix}:${bare.charAt(0).toUpperCase()}${bare.slice(1)}`;
}
