import { GiftCloudError } from '../support/errors.js';
import type { SubjectTree } from './archive.js';
import { projectPath } from './archivePaths.js';
import { httpError } from './httpErrors.js';
import { parseSubjectTree } from './items.js';
import { assertLabel } from './labels.js';
import { dataOnly, type XnatClient } from './xnatClient.js';

/** Where a kind of server keeps which subject a pseudonym means. Meaning and errors of the calls: `Archive`. */
export interface PseudonymStore {
  find(project: string, pseudonym: string, signal?: AbortSignal): Promise<SubjectTree | undefined>;
  post(
    project: string,
    subject: string,
    pseudonym: string,
    signal?: AbortSignal,
  ): Promise<'created' | 'exists'>;
}

/** The rows of the GIFT-Cloud extension; a lookup gives the whole subject (observed). */
export class PseudonymRows implements PseudonymStore {
  constructor(private readonly client: XnatClient) {}

  async find(project: string, pseudonym: string, signal?: AbortSignal): Promise<SubjectTree | undefined> {
    const path = projectPath(project, 'pseudonyms', pseudonym);
    const { status, body } = await this.client.text(
      { method: 'GET', path, query: { format: 'json' }, what: 'look up a pseudonym' },
      [200, 404, 400],
      signal,
    );
    if (status === 404) return undefined;
    if (status === 400) {
      throw new GiftCloudError('EXTENSION_MISSING', 'The server has lost its GIFT-Cloud extension.', {
        hint: 'Ask its administrator; nothing is sent until pseudonyms can be looked up again.',
        status,
      });
    }
    return parseSubjectTree(dataOnly(body));
  }

  async post(
    project: string,
    subject: string,
    pseudonym: string,
    signal?: AbortSignal,
  ): Promise<'created' | 'exists'> {
    assertLabel('subject', subject);
    const path = projectPath(project, 'subjects', subject, 'pseudonyms', pseudonym);
    const { status, body } = await this.client.text(
      { method: 'POST', path, what: 'store a pseudonym' },
      [201, 200, 403, 500],
      signal,
    );
    if (status < 300) return 'created';
    // 403 "Provided PPID exists", and 500 where two posts race (observed): the caller reads who won.
    if (/exists|error occured when adding new pseudonym/i.test(body)) return 'exists';
    throw httpError(status, body, 'store a pseudonym');
  }
}
