import { decodeSegment, type Exchange } from '../server/exchange.js';
import { safePath } from '../store/blobs.js';

/** The path of a file in its resource; undefined where it would lead outside. */
export function decodedPath(exchange: Exchange): string | undefined {
  return safePath(exchange.rawParam('file').split('/').map(decodeSegment).join('/'));
}
