import type { Vr } from '../../dicom/vr.js';

/** What values of these VRs look like (PS3.5 6.2), several of them and padding included. */
const forms: Partial<Record<Vr, RegExp>> = {
  AS: /^[\dDWMY \\\0]*$/,
  CS: /^[\dA-Z_ \\\0]*$/,
  DA: /^[\d. \\\0]*$/,
  DS: /^[\d+\-.eE \\\0]*$/,
  DT: /^[\d+\-. \\\0]*$/,
  IS: /^[\d+\- \\\0]*$/,
  TM: /^[\d.: \\\0]*$/,
  UI: /^[\d. \\\0]*$/,
};

/**
 * Whether a value is a code, a number, a UID or a date as its VR asks for, and so no written language; anything else under
 * such a VR is text in disguise.
 */
export function hasFormOf(vr: Vr, value: Buffer): boolean {
  return forms[vr]?.test(value.toString('latin1')) ?? false;
}

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

/** Whether a known value, folded, may stand in a code as a term that has nothing to do with the patient. */
export function mayBeTerm(folded: string): boolean {
  return folded.length < shortestDoubtful || terms.has(folded);
}
