import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import WorkbookWriter from 'exceljs/lib/stream/xlsx/workbook-writer.js';
import type { Sheet } from './sheets.js';

/** Characters of a cell (Excel). */
const longestText = 32_767;
/** Rows after which other work gets its turn. */
const rowsAtOnce = 500;

/**
 * Sheets as a workbook (.xlsx), in memory: a row at a time, so that its XML is never there as a whole. The header is frozen
 * and filters. Every cell is a text in the format for texts, whatever it looks like: a formula, a number or a date neither
 * runs nor changes, also when somebody edits it.
 */
export async function workbookOf(sheets: readonly Sheet[]): Promise<Buffer> {
  const stream = new PassThrough();
  const bytes = buffer(stream);
  const workbook = new WorkbookWriter({ stream, useStyles: true, useSharedStrings: false });
  workbook.creator = 'GIFT-Cloud';
  for (const { name, header, rows } of sheets) {
    const sheet = workbook.addWorksheet(name, { views: [{ state: 'frozen', ySplit: 1 }] });
    sheet.columns = header.map((title) => ({
      width: Math.max(24, title.length + 4),
      style: { numFmt: '@' },
    }));
    const head = sheet.addRow(header.map(cell));
    head.font = { bold: true };
    head.commit();
    let written = 0;
    for (const row of rows) {
      sheet.addRow(row.map(cell)).commit();
      if (++written % rowsAtOnce === 0) await new Promise(setImmediate);
    }
    sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: rows.length + 1, column: header.length } };
    sheet.commit();
  }
  // LibreOffice finds the filters of a sheet by this name alone (observed), and the writer has no place for it.
  Object.defineProperty(workbook.definedNames, 'model', { value: sheets.map(filterName) });
  await workbook.commit();
  return bytes;
}

/** ECMA-376 part 1, 18.2.6: the range that a sheet filters. */
function filterName({ name, header, rows }: Sheet, localSheetId: number): object {
  const last = String.fromCharCode('A'.charCodeAt(0) + header.length - 1);
  return {
    name: '_xlnm._FilterDatabase',
    ranges: [`'${name}'!$A$1:$${last}$${rows.length + 1}`],
    localSheetId,
  };
}

/**
 * As rich text of one run, which exceljs writes as `inlineStr`. Of a plain string it makes `str`, the type of a formula's
 * result, in which LibreOffice drops blanks at both ends (observed); its table of shared strings takes 700 MB for 50,000
 * patients (measured).
 */
function cell(text: string): { readonly richText: { text: string }[] } {
  return { richText: [{ text: cellText(text) }] };
}

/**
 * A text as it stands in the XML of a workbook (ECMA-376 part 1, 22.9.2.19 ST_Xstring): what XML can't hold is `_xHHHH_`, and
 * what looks like that by itself is told apart.
 */
export function cellText(text: string): string {
  return text
    .slice(0, longestText)
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replace(
      /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g,
      (character) => `_x${character.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}_`,
    );
}
