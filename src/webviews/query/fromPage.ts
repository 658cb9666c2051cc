import { isIndex, isNothing, isText, listOf, oneOf, shape } from '../shared/guards.js';
import type { SearchFields, SearchForm } from './contract.js';

const isFields = shape<SearchFields>({
  ...{ patientName: isText, patientId: isText, from: isText, to: isText, accessionNumber: isText },
  ...{ modality: isText, studyDescription: isText, studyUid: isText, seriesUid: isText },
});

const isForm = shape<SearchForm>({ node: isText, model: oneOf(['study', 'patient']), fields: isFields });

/** What the page may say, question by question. */
export const asked = {
  nothing: isNothing,
  form: isForm,
  row: shape<{ readonly row: number }>({ row: isIndex }),
  rows: shape<{ readonly rows: readonly number[] }>({ rows: listOf(isIndex) }),
  node: shape<{ readonly node: string }>({ node: isText }),
};
