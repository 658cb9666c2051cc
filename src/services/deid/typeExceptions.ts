import type { Tag } from '../dicom/dataSet.js';
import type { Action, Place } from './table.js';

interface Exception {
  readonly action: Action;
  readonly applies: (place: Place) => boolean;
}

const storage = '1.2.840.10008.5.1.4.1.1.';
const anywhere = (): boolean => true;
/** Presentation states, and structured displays (PS3.3 C.11.10, C.11.16). */
const inPresentationState = ({ sopClassUid }: Place): boolean =>
  sopClassUid.startsWith(`${storage}11.`) || sopClassUid === `${storage}131`;
const ofAnimal = ({ ofAnimal: animal }: Place): boolean => animal === true;
const inRequest = ({ parent }: Place): boolean => parent === 0x0040a370;
/** Reports, key object notes, and the ophthalmic and implant reports outside their branch. */
const reportClass = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.(?:88\.\d+|70\.1|78\.6|79\.1)$/;
const inReport = ({ sopClassUid, parent }: Place): boolean =>
  parent === undefined && reportClass.test(sopClassUid);

/** Single-frame images of before the enhanced IODs, and their siblings: few attributes are required in them. */
const classicImages: ReadonlySet<string> = new Set(
  [
    '1',
    '1.1',
    '1.1.1',
    '1.2',
    '1.2.1',
    '1.3',
    '1.3.1',
    '2',
    '3.1',
    '4',
    '6.1',
    '7',
    '12.1',
    '12.2',
    '20',
  ].map((id) => `${storage}${id}`),
);
const pet = `${storage}128`;
const inClassicImage = ({ sopClassUid, parent }: Place): boolean =>
  parent === undefined && classicImages.has(sopClassUid);
const inPet = ({ sopClassUid, parent }: Place): boolean => parent === undefined && sopClassUid === pet;
const inImage = (place: Place): boolean => inClassicImage(place) || inPet(place);
const removedInImages: Exception = { action: 'X', applies: inImage };
const removedUnlessPet: Exception = { action: 'X', applies: inClassicImage };
const emptiedInImages: Exception = { action: 'Z', applies: inImage };

/**
 * The letter for an attribute by its type in the IOD (PS3.3), where the strongest letter of its row would break an
 * object, or where a weaker one of its row is right in images that everybody has. The first that applies stands. None keeps a value.
 */
const exceptions: ReadonlyMap<Tag, readonly Exception[]> = new Map<Tag, readonly Exception[]>([
  // Type 3 in images: Instance Creation Date and Time (C.12.1), Acquisition DateTime (C.7.6.1), Institution Name and its
  // codes, Station Name, Device Serial Number (C.7.5.1), Operators' Name and Identification, Protocol Name (C.7.3.1),
  // Acquisition Device Processing Description (C.8.1.2, C.8.11.2).
  [0x00080012, [removedInImages]],
  [0x00080013, [removedInImages]],
  [0x0008002a, [removedInImages]],
  [0x00080080, [removedInImages]],
  [0x00080082, [removedInImages]],
  [0x00081010, [removedInImages]],
  [0x00081070, [removedInImages]],
  [0x00081072, [removedInImages]],
  [0x00181000, [removedInImages]],
  [0x00181030, [removedInImages]],
  [0x00181400, [removedInImages]],
  // Requested Procedure Description: Type 3 in the images that have it (C.7.3.1 by its request).
  [0x00321060, [removedInImages]],
  // Series Date and Time: Type 1 in PET (C.8.9.1), Type 3 elsewhere (C.7.3.1).
  [0x00080021, [removedUnlessPet]],
  [0x00080031, [removedUnlessPet]],
  // Acquisition Date and Time: Type 2 in PET (C.8.9.4), Type 3 elsewhere (C.7.6.1).
  [0x00080022, [removedUnlessPet]],
  [0x00080032, [removedUnlessPet]],
  // Content Date and Time: Type 2C (C.7.6.1). Contrast/Bolus Agent: Type 2 (C.7.6.4).
  [0x00080023, [emptiedInImages]],
  [0x00080033, [emptiedInImages]],
  [0x00180010, [emptiedInImages]],
  // Presentation Creation Date and Time are X and yet Type 1 in presentation states (C.11.10).
  [0x00700082, [{ action: 'D', applies: inPresentationState }]],
  [0x00700083, [{ action: 'D', applies: inPresentationState }]],
  // Referenced Study Sequence, X/Z: Type 2 in the request of a report (C.17.2), else Type 3 and never without item (C.7.2.1).
  [
    0x00081110,
    [
      { action: 'Z', applies: inRequest },
      { action: 'X', applies: anywhere },
    ],
  ],
  // Referenced Performed Procedure Step Sequence, X/Z/D: Type 2 in reports (C.17.1), else never without item (C.7.3.1).
  [
    0x00081111,
    [
      { action: 'Z', applies: inReport },
      { action: 'X', applies: anywhere },
    ],
  ],
  // Ethics Committee Name is D and yet Type 1C, only beside the approval number, which the table removes (C.7.1.3).
  [0x00120081, [{ action: 'X', applies: anywhere }]],
  // Requested Procedure ID is X and yet Type 2 in the request of a report (C.17.2).
  [0x00401001, [{ action: 'Z', applies: inRequest }]],
  // Responsible Person and Organization are X and yet Type 2C for animals (C.7.1.1).
  [0x00102297, [{ action: 'Z', applies: ofAnimal }]],
  [0x00102299, [{ action: 'Z', applies: ofAnimal }]],
  // Radiopharmaceutical Start DateTime is X and yet Type 1 in enhanced PET (C.8.22.4).
  [0x00181078, [{ action: 'D', applies: ({ sopClassUid }) => sopClassUid === `${storage}130` }]],
]);

/** Action that the type of an attribute in its IOD asks for; undefined: that of its row. */
export function typeException(tag: Tag, place: Place): Action | undefined {
  return exceptions.get(tag)?.find(({ applies }) => applies(place))?.action;
}
