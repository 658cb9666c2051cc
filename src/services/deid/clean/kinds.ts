import type { DataElement } from '../../dicom/dataSet.js';
import { lookUp } from '../../dicom/dictionary.js';
import { isText } from '../../dicom/elements.js';
import type { Vr } from '../../dicom/vr.js';
import type { CodeWord } from '../knownValues.js';

/** What values of these VRs look like (PS3.5 6.2), several of them and padding included. */
const forms: Partial<Record<Vr, RegExp>> = {
  AS: /^[\dDWMY \\\0]*$/,
  // Writers do not keep to capitals, but to 16 characters: longer ones are texts.
  CS: /^[ -[\]-~\0]{0,17}(?:\\[ -[\]-~\0]{0,17})*$/,
  DA: /^[\d. \\\0]*$/,
  DS: /^[\d+\-.eE \\\0]*$/,
  DT: /^[\d+\-. \\\0]*$/,
  IS: /^[\d+\- \\\0]*$/,
  TM: /^[\d.: \\\0]*$/,
  UI: /^[\d. \\\0]*$/,
  // A private number in implicit VR.
  UN: /^[\d+\-.eE \\\0]*$/,
};

/**
 * What a value is for the search of known values: written language (`text`), a code, number, date or UID as its VR asks for
 * (`code`), something else under such a VR (`disguised`), or bytes.
 */
export type ValueKind = 'text' | 'code' | 'disguised' | 'bytes';

/** The VR of the dictionary counts where it knows the attribute: a description stored as CS is still a description. */
export function readingVr({ tag, vr }: DataElement): Vr {
  const entry = lookUp(tag);
  return entry.known && isText(entry.vr) ? entry.vr : vr;
}

export function kindOf(element: DataElement, value: Buffer): ValueKind {
  const vr = readingVr(element);
  const form = forms[vr];
  if (form?.test(value.toString('latin1')) === true) return 'code';
  if (vr === 'UN') return printable.test(value.toString('latin1')) ? 'text' : 'bytes';
  if (!isText(vr)) return 'bytes';
  return form ? 'disguised' : 'text';
}

/** No control characters but those of texts (PS3.5 6.1.3) and the padding. */
const printable = /^[^\0-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]*\0?$/;

/**
 * Words of codes that are names of people, too: "HEAD" as Body Part Examined says nothing about a Ms Head. Terms of PS3.3
 * and of the body parts of PS3.16 annex L; a name that is not among them makes no code.
 */
const terms: ReadonlySet<string> = new Set(
  `abdomen abdomenpelvis added ankle anterior aorta applied arch arm artery asl atrium auto average axial axilla axis back
  baseline bladder body bone bound brain breast bright bronchus calcaneus calf carotid center chest chin circle clavicle
  coccyx colon color contrast coronal cranio cspine custom cylinder dark decay default density derived diffusion digital
  direct duodenum dynamic ear echo elbow ellipse energy enhanced entire even extremity eye face factor fast fat femur field
  film filter finger fixed flow foot forearm forward frame free frontal full fusion gall gated grid group hand head heart
  heel hip human image inch inverse jaw joint kidney knee lamp large larynx lateral left leg lens line linear liver localizer
  long lordotic low lower lspine lung magnitude main major male female man mandible manual mask matched max maximum mean
  median medium metal middle min mixed monochrome motion mouth mri nasal navel neck none normal nose null odd off open orbit
  order original other ovary palette pancreas parallel partial patella pelvis perfusion phantom phase plane plate point post
  posterior pre presence primary processed profile prone prostate proton pulse pulmonary pure radial raw real rectangle
  referenced regular relative render reverse rib right round sacrum sagittal save scapula secondary segment semi sequence
  series short shoulder single skull slice small snapshot spectroscopy spine spiral spleen spin sspine standard static
  sternum still stomach stress sum supine temporal test testis thigh throat thorax thumb thymus thyroid tissue toe tongue
  tspine trachea true ultra uniform unit unknown upper ureter urethra uterus vagina value vein velocity volume water wave
  whole wholebody wide window wrist yes young zoom`.split(/\s+/),
);

/** Shorter values make codes by chance: "CT", "HFS". */
const shortestDoubtful = 4;

/** Whether a known value in a code is a term that has nothing to do with the patient, or a part of one ("PRIMARY": Rima). */
export function mayBeTerm({ value, word }: CodeWord): boolean {
  return value.length < shortestDoubtful || terms.has(value) || terms.has(word.replace(/\d+$/, ''));
}
