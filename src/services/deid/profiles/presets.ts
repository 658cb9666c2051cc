import { imageDescriptors } from './descriptors.js';
import type { ProfileOption } from './options.js';
import type { Profile } from './profile.js';
import { knownSafePrivate } from './safePrivate.js';

export const presetNames = ['basic', 'research-mr', 'research-ct-pet', 'ultrasound'] as const;

export type PresetName = (typeof presetNames)[number];

/** The Basic Profile and nothing else. */
export const basicProfile: Profile = {
  name: 'basic',
  title: 'Basic',
  options: [],
  safePrivate: [],
  documents: 'replace',
};

/**
 * What imaging research needs and what no list of patients can be made from: sex, age, size and weight; intervals; what
 * kind of image it is; reports as far as they are coded. Institution and device stay out: a site shows in the project,
 * and a serial number with a shifted date still leads to one scanner's log.
 */
const research: readonly ProfileOption[] = [
  'cleanStructuredContent',
  'cleanDescriptors',
  'retainModifiedDates',
  'retainPatientCharacteristics',
];

function researchProfile(name: PresetName, title: string, more: readonly ProfileOption[]): Profile {
  const options = [...research, ...more];
  return {
    name,
    title,
    options,
    descriptors: imageDescriptors,
    safePrivate: options.includes('retainSafePrivate') ? knownSafePrivate : [],
    documents: 'hold',
  };
}

const presets: Readonly<Record<PresetName, Profile>> = {
  basic: basicProfile,
  // Private: diffusion, mosaics and scaling are private with most vendors.
  'research-mr': researchProfile('research-mr', 'Research MR', ['retainSafePrivate']),
  // Private: the scaling of PET. SUV needs weight and the radiopharmaceutical times, which move with all the others.
  'research-ct-pet': researchProfile('research-ct-pet', 'Research CT/PET', ['retainSafePrivate']),
  // No private element of an ultrasound device is known to be safe: they hold whole proprietary images.
  ultrasound: researchProfile('ultrasound', 'Ultrasound', []),
};

/** A preset by its name; undefined when there is none. */
export function presetProfile(name: string): Profile | undefined {
  return isPresetName(name) ? presets[name] : undefined;
}

export function isPresetName(name: string): name is PresetName {
  return Object.hasOwn(presets, name);
}
