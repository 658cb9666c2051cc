import { GiftCloudError } from '../support/errors.js';
import type { SubjectTree } from './archive.js';
import { projectPath } from './archivePaths.js';
import { assertLabel } from './labels.js';
import type { PseudonymStore } from './pseudonymRows.js';
import { readSubject } from './documents.js';
import { parseTable, type TableRow } from './tables.js';
import type { XnatClient } from './xnatClient.js';

/** Custom field of a subject that names its pseudonyms, separated by blanks; XNAT makes such names lower-case. */
export const pseudonymField = 'gift_cloud_pseudonym';

const column = `xnat:subjectData/fields/field[name=${pseudonymField}]/field`;

/**
 * Pseudonyms on plain XNAT: in a custom field of the subject, which members may set and every client of the project finds
 * in the list of subjects (GIFT-Cloud server, observed). The list is asked, not a filter: filters are ignored below a
 * project, and an ignored one looks like an answer.
 */
export class PseudonymFields implements PseudonymStore {
  constructor(private readonly client: XnatClient) {}

  /** Errors: those of the client; PATIENT_AMBIGUOUS where several subjects have the pseudonym. */
  async find(project: string, pseudonym: string, signal?: AbortSignal): Promise<SubjectTree | undefined> {
    const [row, ...others] = (await this.rows(project, signal)).filter(isNamed(pseudonym));
    if (row === undefined) return undefined;
    if (others.length > 0) {
      const labels = [row, ...others].map((one) => one.text('label')).join(', ');
      throw new GiftCloudError(
        'PATIENT_AMBIGUOUS',
        `One patient stands behind several subjects: ${labels}.`,
        {
          hint: `Ask a project owner to look at them and to keep the field ${pseudonymField} on one alone.`,
        },
      );
    }
    return readSubject(this.client, project, row.text('ID'), signal);
  }

  /** Added to those that the subject has: nothing is overwritten. */
  async post(
    project: string,
    subject: string,
    pseudonym: string,
    signal?: AbortSignal,
  ): Promise<'created' | 'exists'> {
    assertLabel('subject', subject);
    const rows = await this.rows(project, signal);
    if (rows.some(isNamed(pseudonym))) return 'exists';
    const there = rows.find((row) => row.text('label') === subject || row.text('ID') === subject);
    const value = [...(there ? pseudonymsOf(there) : []), pseudonym].join(' ');
    const path = projectPath(project, 'subjects', subject);
    const request = { method: 'PUT', path, query: { [column]: value }, what: 'store a pseudonym' } as const;
    await this.client.text(request, [200, 201], signal);
    return 'created';
  }

  private async rows(project: string, signal: AbortSignal | undefined): Promise<readonly TableRow[]> {
    const path = projectPath(project, 'subjects');
    const query = { format: 'json', columns: `ID,label,${column}` };
    const request = { method: 'GET', path, query, what: 'list the subjects' } as const;
    return parseTable((await this.client.text(request, [200], signal)).body);
  }
}

function pseudonymsOf(row: TableRow): readonly string[] {
  return row.text(column).split(/\s+/).filter(Boolean);
}

function isNamed(pseudonym: string): (row: TableRow) => boolean {
  return (row) => pseudonymsOf(row).includes(pseudonym);
}
