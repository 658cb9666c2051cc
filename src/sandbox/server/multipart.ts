import { createReadStream } from 'node:fs';

/** One file of a multipart body: a range of the spooled body. */
export interface FormFile {
  readonly fileName: string;
  readonly start: number;
  readonly end: number;
}

/** Files of a multipart/form-data body that lies in a file; fields without a file name are left out. */
export async function multipartFiles(path: string, boundary: string): Promise<FormFile[]> {
  const marks = await positionsOf(path, Buffer.from(`--${boundary}`, 'latin1'));
  const files: FormFile[] = [];
  for (const [index, mark] of marks.entries()) {
    const next = marks[index + 1];
    if (next === undefined) break;
    const head = await readHead(path, mark, Math.min(next, mark + 8192));
    const blank = head.indexOf('\r\n\r\n');
    const fileName = /filename="([^"]*)"/i.exec(head)?.[1];
    if (blank < 0 || fileName === undefined) continue;
    files.push({ fileName, start: mark + blank + 4, end: next - 2 });
  }
  return files;
}

export function boundaryOf(contentType: string): string | undefined {
  const match = /boundary=(?:"([^"]+)"|([^;]+))/i.exec(contentType);
  return match?.[1] ?? match?.[2]?.trim();
}

async function positionsOf(path: string, needle: Buffer): Promise<number[]> {
  const positions: number[] = [];
  let carried = Buffer.alloc(0);
  let offset = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
    const window = Buffer.concat([carried, chunk as Buffer]);
    for (let at = window.indexOf(needle); at >= 0; at = window.indexOf(needle, at + 1)) {
      positions.push(offset + at);
    }
    // A mark that lies across two chunks is found in the next window, never twice.
    const keep = Math.min(window.length, needle.length - 1);
    offset += window.length - keep;
    carried = Buffer.from(window.subarray(window.length - keep));
  }
  return positions;
}

async function readHead(path: string, start: number, end: number): Promise<string> {
  let head = '';
  for await (const chunk of createReadStream(path, { start, end: end - 1 })) {
    head += (chunk as Buffer).toString('latin1');
  }
  return head;
}
