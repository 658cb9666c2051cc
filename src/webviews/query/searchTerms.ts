import type { QueryField, QueryLevel, QueryTerms, TermProblem } from '../../services/query/types.js';
import type { FieldProblem, SearchField, SearchFields } from './contract.js';

/** What was typed, as the search takes it; what is empty stays away. */
export function termsOf(fields: SearchFields): QueryTerms {
  const text = (name: SearchField): string => fields[name].trim();
  const uids = (name: SearchField): readonly string[] =>
    text(name)
      .split(/[\s,;\\]+/)
      .filter((uid) => uid !== '');
  const terms = {
    patientName: text('patientName'),
    patientId: text('patientId'),
    studyDate: rangeOf(text('from'), text('to')),
    accessionNumber: text('accessionNumber'),
    modality: text('modality').toUpperCase(),
    studyDescription: text('studyDescription'),
    studyUids: uids('studyUid'),
    seriesUids: uids('seriesUid'),
  } satisfies QueryTerms;
  return Object.fromEntries(Object.entries(terms).filter(([, term]) => term.length > 0));
}

/** Rows that are searched for: studies, which stand below their patients; series where one was named. */
export function levelOf(terms: QueryTerms): QueryLevel {
  return terms.seriesUids === undefined ? 'study' : 'series';
}

/** Where in the form a problem is shown. */
export function fieldProblem({ field, message }: TermProblem): FieldProblem {
  return { field: fieldOf[field], message };
}

const fieldOf: Readonly<Record<QueryField, SearchField>> = {
  ...({ patientName: 'patientName', patientId: 'patientId', studyDate: 'from' } as const),
  ...({ accessionNumber: 'accessionNumber', modality: 'modality' } as const),
  ...({ studyDescription: 'studyDescription', studyUids: 'studyUid' } as const),
  ...({ seriesUids: 'seriesUid', instanceUids: 'seriesUid' } as const),
};

/** YYYY-MM-DD of a calendar field, as a range of DICOM dates. */
function rangeOf(from: string, to: string): string {
  const [first, last] = [from, to].map((date) => date.replaceAll('-', ''));
  if (first === last) return first ?? '';
  return `${first ?? ''}-${last ?? ''}`;
}
