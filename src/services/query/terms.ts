import { isUid } from '../dicom/uids.js';
import type { QueryField, QueryTerms, TermProblem } from './types.js';

const uidFields = ['studyUids', 'seriesUids', 'instanceUids'] as const;

/** Longest text of a term, by its VR (PS3.5 table 6.2-1): PN, LO, SH and CS. */
const longest = {
  patientName: 64,
  patientId: 64,
  studyDescription: 64,
  accessionNumber: 16,
  modality: 16,
} as const;

const modalityText = /^[A-Z0-9_ *?]*$/;

/** What is wrong with the terms of a search, field by field; the sentences hold no values. */
export function termProblems(terms: QueryTerms): readonly TermProblem[] {
  const problems: TermProblem[] = [];
  const add = (field: QueryField, message: string | undefined): void => {
    if (message !== undefined) problems.push({ field, message });
  };
  for (const field of ['patientName', 'patientId', 'studyDescription', 'accessionNumber'] as const) {
    add(field, textProblem(terms[field] ?? '', longest[field]));
  }
  const { modality = '', studyDate = '' } = terms;
  add(
    'modality',
    textProblem(modality, longest.modality) ??
      (modalityText.test(modality)
        ? undefined
        : 'Modalities are capital letters and digits, such as MR or CT.'),
  );
  add('studyDate', dateProblem(studyDate));
  for (const field of uidFields) {
    const wrong = (terms[field] ?? []).some((uid) => !isUid(uid));
    add(field, wrong ? 'A UID is numbers with dots between them, at most 64 characters.' : undefined);
  }
  return problems;
}

/** Whether a search would match everything that the PACS has. */
export function isBlank(terms: QueryTerms): boolean {
  return Object.values(terms).every((value: string | readonly string[]) =>
    typeof value === 'string' ? /^[*\s]*$/.test(value) : value.length === 0,
  );
}

function textProblem(text: string, limit: number): string | undefined {
  if (text.length > limit) return `At most ${limit} characters are possible here.`;
  if (/\p{Cc}/u.test(text)) return 'Control characters are not possible here.';
  return text.includes('\\') ? 'A backslash is not possible here: it separates values.' : undefined;
}

function dateProblem(text: string): string | undefined {
  if (text === '') return undefined;
  const [from = '', to = from, ...more] = text.split('-');
  const ends = [from, to].filter((end) => end !== '');
  if (more.length > 0 || ends.length === 0 || ends.some((end) => !isDate(end))) {
    return 'Give a date as YYYYMMDD, or a range of two such dates with a hyphen between them.';
  }
  return ends.length === 2 && from > to ? 'The range ends before it begins.' : undefined;
}

/** A day of the calendar as DA writes it (PS3.5 6.2). */
function isDate(text: string): boolean {
  const [, year = '', month = '', day = ''] = /^(\d{4})(\d\d)(\d\d)$/.exec(text) ?? [];
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day);
}
