import { readFile } from 'node:fs/promises';
import exceljs from 'exceljs';
import { decrypt } from 'officecrypto-tool';

/** Rows of a patient list by the name of their sheet, header first. Throws for anything that is no text. */
export async function readList(
  path: string,
  password?: string,
): Promise<Readonly<Record<string, readonly (readonly string[])[]>>> {
  const bytes = await readFile(path);
  const plain = password === undefined ? bytes : await decrypt(bytes, { password });
  const workbook = new exceljs.Workbook();
  // Its type is that of another version of Node's types.
  await workbook.xlsx.load(plain as never);
  return Object.fromEntries(
    workbook.worksheets.map((sheet) => [
      sheet.name,
      (sheet.getSheetValues() as unknown[][]).slice(1).map((row) => row.slice(1).map(textOf)),
    ]),
  );
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const { richText } = (value ?? {}) as { readonly richText?: readonly { readonly text: string }[] };
  if (richText) return richText.map(({ text }) => text).join('');
  throw new Error(`a cell that is no text: ${JSON.stringify(value)}`);
}
