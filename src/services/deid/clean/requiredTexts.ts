import type { Tag } from '../../dicom/dataSet.js';
import { tags } from '../../dicom/tags.js';
import { tableAction, type Place } from '../table.js';

/** Texts that are Type 1 or 1C in every object that has their sequence or module (PS3.3), whatever the table says. */
const required: ReadonlySet<Tag> = new Set<Tag>([
  tags.CodeValue, // table 8.8-1
  tags.CodingSchemeDesignator,
  tags.CodeMeaning,
  0x00080119, // Long Code Value
  0x00080105, // Mapping Resource, C.18.8
  0x00189047, // Multi-Coil Element Name, C.8.13.5.3
  0x00209056, // Stack ID, C.7.6.16.2.2
  0x00281054, // Rescale Type, C.7.6.16.2.9
  0x00283004, // Modality LUT Type, C.11.1
  0x0040a160, // Text Value, C.17.3
  0x0040db00, // Template Identifier, C.18.8
  0x00420012, // MIME Type of Encapsulated Document, C.24.2
  0x00480106, // Optical Path Identifier, C.8.12.5
  0x00620005, // Segment Label, C.8.20.2
  0x00620009, // Segment Algorithm Name, C.8.20.2
  0x00660031, // Algorithm Version, table 10-19
  0x00660036, // Algorithm Name, table 10-19
  0x00660106, // Track Set Label, C.8.33.2
  0x006a000e, // Referenced Optical Path Identifier
  0x00700207, // Graphic Group Label, C.10.11
  0x00700310, // Fiducial Identifier, C.21.2
  0x00720002, // Hanging Protocol Name, C.23.1
  0x30020002, // RT Image Label, C.8.8.2
  0x300a0226, // Source Isotope Name, C.8.8.15
]);

/** Enhanced General Equipment (PS3.3 C.7.5.2). */
const equipment: ReadonlySet<Tag> = new Set<Tag>([
  tags.Manufacturer,
  tags.ManufacturerModelName,
  tags.SoftwareVersions,
]);

/** Objects with that module: enhanced images, segmentations, maps, tracts, optical coherence, slides, SR of three dimensions. */
const enhanced =
  /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.(?:2\.[12]|4\.[1-4]|6\.2|7\.\d|11\.(?:8|1\d)|12\.[12]\.1|13\.1\.[1-5]|30|66\.[4-7]|68\.[12]|77\.1\.(?:5\.[4-8]|6)|88\.34|90\.1|128\.1|130|131|481\.1\d)$/;

/**
 * Whether an object may not lose this text: it is Type 1, or the table replaces it instead of emptying it because it is
 * Type 1 somewhere.
 */
export function isRequiredText(tag: Tag, place: Place): boolean {
  if (equipment.has(tag)) return place.parent === undefined && enhanced.test(place.sopClassUid);
  return required.has(tag) || tableAction(tag, place) === 'D';
}
