// What independent programs say about a file.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Runs a program and gives what it wrote to both outputs, and its exit code. */
export function run(
  program: string,
  args: readonly string[],
  input = '',
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args);
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => void out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => void err.push(chunk));
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({
        code,
        out: Buffer.concat(out).toString('latin1'),
        err: Buffer.concat(err).toString('latin1'),
      }),
    );
    // A program that reads nothing may be gone already.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

/** Two programs at a time. */
export async function inPairs<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<readonly R[]>,
): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += 2) {
    results.push(...(await Promise.all(items.slice(at, at + 2).map(work))).flat());
  }
  return results;
}

/** Errors of `dciodvfy` (dicom3tools) with how often each comes, values left out. */
async function errorsOf(path: string): Promise<ReadonlyMap<string, number>> {
  const { out, err } = await run('dciodvfy', [path]);
  const counts = new Map<string, number>();
  for (const line of `${out}\n${err}`.split('\n')) {
    if (!line.startsWith('Error')) continue;
    const text = line.replace(/= <[^>]*>/g, '= <...>');
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return counts;
}

/** Errors that the result has more often than the original. */
export async function newErrors(original: string, result: string): Promise<readonly string[]> {
  const [before, after] = await Promise.all([errorsOf(original), errorsOf(result)]);
  return [...after].filter(([text, count]) => count > (before.get(text) ?? 0)).map(([text]) => text);
}

/** What `dcmdump` (DCMTK) complains about. */
export async function dumpComplaints(path: string): Promise<string> {
  const { code, err } = await run('dcmdump', ['-q', path]);
  return code === 0 ? err.replace(/^D: .*\n?/gm, '') : `exit ${code}: ${err}`;
}

/** Which of the texts stand in the file in any encoding that DICOM or a careless program would use. */
export function textsIn(path: string, texts: readonly string[]): readonly string[] {
  const bytes = readFileSync(path);
  return texts.filter((text) => {
    const wide = Buffer.from(text, 'utf16le');
    const forms = [Buffer.from(text, 'utf8'), wide, Buffer.from(wide).swap16()];
    if (isLatin1(text)) forms.push(Buffer.from(text, 'latin1'));
    return forms.some((needle) => bytes.includes(needle));
  });
}

function isLatin1(text: string): boolean {
  return Buffer.from(text, 'latin1').toString('latin1') === text;
}
