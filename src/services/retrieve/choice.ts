import { GiftCloudError } from '../support/errors.js';
import type { QueryModel } from '../query/types.js';
import type { Selection } from './types.js';

/** What is wanted of a series: all of it, or some images. */
export interface ChosenSeries {
  whole: boolean;
  readonly instances: Set<string>;
}

/** What is wanted of a study: all of it, or some series. */
export interface ChosenStudy {
  patientId: string | undefined;
  whole: boolean;
  readonly series: Map<string, ChosenSeries>;
}

/** Choices with their overlaps taken out: what is part of a larger choice is not wanted twice. By UID. */
export interface Choice {
  readonly patients: ReadonlySet<string>;
  readonly studies: ReadonlyMap<string, ChosenStudy>;
}

/** @throws USAGE for none, and where Patient Root lacks a patient ID */
export function mergeSelections(selections: readonly Selection[], model: QueryModel): Choice {
  const patients = new Set<string>();
  const studies = new Map<string, ChosenStudy>();
  if (selections.length === 0)
    throw usage('Nothing was chosen.', 'Choose at least one study, series or image.');
  for (const selection of selections) {
    if (model === 'patient' && (selection.patientId ?? '') === '') {
      throw usage(
        'The Patient Root model needs a patient ID here.',
        'Choose Study Root, or name the patient ID.',
      );
    }
    if (selection.level === 'patient') {
      if (selection.patientId === '')
        throw usage('A patient without an ID can not be retrieved.', 'Choose the studies.');
      patients.add(selection.patientId);
    } else addTo(studies, selection);
  }
  return { patients, studies };
}

function addTo(studies: Map<string, ChosenStudy>, selection: Exclude<Selection, { level: 'patient' }>): void {
  const { studyUid, patientId } = selection;
  const study = known<ChosenStudy>(studies, studyUid, () => ({ patientId, whole: false, series: new Map() }));
  if (selection.level === 'study') study.whole = true;
  else {
    const series = known<ChosenSeries>(study.series, selection.seriesUid, () => ({
      whole: false,
      instances: new Set(),
    }));
    if (selection.level === 'series') series.whole = true;
    else series.instances.add(selection.instanceUid);
  }
}

function known<T>(map: Map<string, T>, key: string, make: () => T): T {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

function usage(message: string, hint: string): GiftCloudError {
  return new GiftCloudError('USAGE', message, { hint });
}
