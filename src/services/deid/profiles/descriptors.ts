import type { Tag } from '../../dicom/dataSet.js';

/**
 * The rows of Clean Descriptors that the presets keep: they say how an image was made and what was drawn on it. The other
 * rows are comments, histories, reasons and findings, where people write about the patient in their own words; no
 * search for known values makes those safe, so the presets let the Basic Profile remove them.
 */
export const imageDescriptors: readonly Tag[] = [
  0x00081030, // Study Description
  0x0008103e, // Series Description
  0x00081088, // Pyramid Description
  0x00082111, // Derivation Description
  0x00120051, // Clinical Trial Time Point Description
  0x00120072, // Clinical Trial Series Description
  0x00180010, // Contrast/Bolus Agent
  0x00181030, // Protocol Name
  0x001811bb, // Acquisition Field Of View Label
  0x00181400, // Acquisition Device Processing Description
  0x00189185, // Respiratory Motion Compensation Technique Description
  0x0018937b, // Multi-energy Acquisition Description
  0x0018937f, // Decomposition Description
  0x00189424, // Acquisition Protocol Description
  0x00189937, // Requested Series Description
  0x00200027, // Pyramid Label
  0x00321060, // Requested Procedure Description
  0x00321070, // Requested Contrast Agent
  0x003a0329, // Waveform Filter Description
  0x003a032b, // Filter Lookup Table Description
  0x00400007, // Scheduled Procedure Step Description
  0x00400254, // Performed Procedure Step Description
  0x00400275, // Request Attributes Sequence
  0x006a0005, // Annotation Group Label
  0x30060002, // Structure Set Label
  0x30060026, // ROI Name
  0x30060085, // ROI Observation Label
  0x300a0002, // RT Plan Label
  0x300a0016, // Dose Reference Description
  0x300a00c3, // Beam Description
];
