// Every kind of object of the corpus. All belong to one study of one patient and refer to each other.
import { ct, mr, nm, pet } from './crossSectional.js';
import * as documents from './documents.js';
import * as enhanced from './enhanced.js';
import type { DataSet } from './keywords.js';
import { cr, dx, mg } from './projection.js';
import * as radiotherapy from './radiotherapy.js';
import * as references from './references.js';

/** What can be done with an object; `plain` has native integer pixels that any codec can compress. */
export type Pixels = 'plain' | 'other' | 'none';

export interface CorpusObject {
  readonly name: string;
  readonly pixels: Pixels;
  readonly values: DataSet;
}

/** Objects that come out de-identified: 24 SOP classes. */
export const sendable: readonly CorpusObject[] = [
  { name: 'ct1', pixels: 'plain', values: ct(1) },
  { name: 'ct2', pixels: 'plain', values: ct(2) },
  { name: 'mr1', pixels: 'plain', values: mr(1) },
  { name: 'pet1', pixels: 'plain', values: pet() },
  { name: 'nm1', pixels: 'plain', values: nm() },
  { name: 'cr1', pixels: 'plain', values: cr() },
  { name: 'dx1', pixels: 'plain', values: dx() },
  { name: 'mg1', pixels: 'plain', values: mg() },
  { name: 'enhancedCt', pixels: 'plain', values: enhanced.enhancedCt() },
  { name: 'enhancedMr', pixels: 'plain', values: enhanced.enhancedMr() },
  { name: 'segmentation', pixels: 'plain', values: enhanced.segmentation() },
  { name: 'parametricMap', pixels: 'other', values: enhanced.parametricMap() },
  { name: 'rtImage', pixels: 'plain', values: radiotherapy.rtImage() },
  { name: 'rtDose', pixels: 'plain', values: radiotherapy.rtDose() },
  { name: 'rtStructureSet', pixels: 'none', values: radiotherapy.rtStructureSet() },
  { name: 'rtPlan', pixels: 'none', values: radiotherapy.rtPlan() },
  { name: 'basicTextReport', pixels: 'none', values: documents.basicTextReport() },
  { name: 'comprehensiveReport', pixels: 'none', values: documents.comprehensiveReport() },
  { name: 'keyObjects', pixels: 'none', values: documents.keyObjects() },
  { name: 'pdf', pixels: 'none', values: documents.pdf() },
  { name: 'cda', pixels: 'none', values: documents.cda() },
  { name: 'presentationState', pixels: 'none', values: references.presentationState() },
  { name: 'registration', pixels: 'none', values: references.registration() },
  { name: 'rawData', pixels: 'none', values: references.rawData() },
  { name: 'ecg', pixels: 'none', values: references.ecg() },
];
