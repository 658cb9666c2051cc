// Writes the DICOM data dictionary (PS3.6) that the reader uses, made from the dcmjs package (MIT) at build time. Only
// data is taken, so that dcmjs itself is not loaded at run time; as text, which costs nothing until somebody parses it.
import { createRequire } from 'node:module';
import { mkdirSync, writeFileSync, existsSync, statSync } from 'node:fs';

const out = 'src/services/dicom/generated/dictionary.ts';
const self = new URL(import.meta.url).pathname;
if (existsSync(out) && statSync(out).mtimeMs > statSync(self).mtimeMs) process.exit(0);

const dcmjs = createRequire(import.meta.url)('dcmjs');
const entries = Object.values(dcmjs.data.DicomMetaDictionary.nameMap);
/** tag pattern (8 characters, "x" for any digit) -> [VR, keyword, retired as 0 or 1] */
const table = {};
for (const entry of entries) {
  const tag = /^\(([0-9A-Fa-fXx]{4}),([0-9A-Fa-fXx]{4})\)$/.exec(entry.tag ?? '');
  if (!tag || !entry.vr) continue;
  table[(tag[1] + tag[2]).toLowerCase()] = [
    entry.vr,
    entry.name ?? '',
    /retired/i.test(entry.version ?? '') ? 1 : 0,
  ];
}
mkdirSync('src/services/dicom/generated', { recursive: true });
writeFileSync(out, `export const dictionaryJson =\n  '${JSON.stringify(table)}';\n`);
console.log(`dictionary: ${Object.keys(table).length} entries`);
