import type { UploadBody } from './archive.js';
import { uploadDuplicates } from './rows.js';
import type { XnatClient } from './xnatClient.js';

/** What a zip becomes in a request; opened anew for each sending. */
export function bodyOf(
  body: UploadBody,
  signal: AbortSignal | undefined,
): NonNullable<Parameters<XnatClient['text']>[0]['body']> {
  const { contentLength: length, contentType: type } = body;
  return { open: () => ({ stream: body.open(signal), length, type }) };
}

/** PUT of a zip whose files are unpacked into a resource, see `Archive.putZip`. */
export async function putZip(
  client: XnatClient,
  path: string,
  body: UploadBody,
  signal?: AbortSignal,
): Promise<{ readonly duplicates: readonly string[] }> {
  const query = { extract: 'true' };
  const request = { method: 'PUT', path, query, what: 'store files', patience: 'slowWrite' } as const;
  const answer = await client.text({ ...request, body: bodyOf(body, signal) }, [200, 201], signal);
  return { duplicates: uploadDuplicates(answer.body) };
}
