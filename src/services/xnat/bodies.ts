import type { Readable } from 'node:stream';
import { connectionError } from './httpErrors.js';
import { unexpectedAnswer } from './tables.js';

/** More than any list needs: 10,000 subjects are under 3 MB. */
const largestText = 256 * 1024 * 1024;

/**
 * A whole body as UTF-8 text.
 * @throws SERVER_UNREACHABLE when the connection breaks in the middle, UNEXPECTED_ANSWER when it has no end.
 */
export async function readText(stream: Readable): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of stream as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > largestText) throw unexpectedAnswer();
      parts.push(part);
    }
  } catch (error) {
    throw connectionError(error);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Whether a text is a web page, which stands where data was expected when a session ended (status 200, too). */
export function isWebPage(body: string): boolean {
  return /^\s*(?:<!doctype html|<html)/i.test(body);
}
