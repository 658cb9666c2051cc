const storage = '1.2.840.10008.5.1.4.1.1.';

/** SOP classes that a research archive meets (PS3.6 table A-1), without the word "Storage" that all of them end in. */
const sopClasses: Readonly<Record<string, string>> = {
  '1': 'Computed Radiography Image',
  '1.1': 'Digital X-Ray Image',
  '1.2': 'Digital Mammography X-Ray Image',
  '1.3': 'Digital Intra-Oral X-Ray Image',
  '2': 'CT Image',
  '2.1': 'Enhanced CT Image',
  '3.1': 'Ultrasound Multi-frame Image',
  '4': 'MR Image',
  '4.1': 'Enhanced MR Image',
  '4.2': 'MR Spectroscopy',
  '4.3': 'Enhanced MR Color Image',
  '6.1': 'Ultrasound Image',
  '6.2': 'Enhanced US Volume',
  '7': 'Secondary Capture Image',
  '7.2': 'Multi-frame Grayscale Byte Secondary Capture Image',
  '7.3': 'Multi-frame Grayscale Word Secondary Capture Image',
  '7.4': 'Multi-frame True Color Secondary Capture Image',
  '9.1.1': '12-lead ECG Waveform',
  '11.1': 'Grayscale Softcopy Presentation State',
  '12.1': 'X-Ray Angiographic Image',
  '12.1.1': 'Enhanced XA Image',
  '12.2': 'X-Ray Radiofluoroscopic Image',
  '13.1.3': 'Breast Tomosynthesis Image',
  '20': 'Nuclear Medicine Image',
  '30': 'Parametric Map',
  '66': 'Raw Data',
  '66.1': 'Spatial Registration',
  '66.4': 'Segmentation',
  '66.5': 'Surface Segmentation',
  '77.1.1': 'VL Endoscopic Image',
  '77.1.2': 'VL Microscopic Image',
  '77.1.4': 'VL Photographic Image',
  '77.1.5.1': 'Ophthalmic Photography 8 Bit Image',
  '77.1.5.4': 'Ophthalmic Tomography Image',
  '77.1.6': 'VL Whole Slide Microscopy Image',
  '88.11': 'Basic Text SR',
  '88.22': 'Enhanced SR',
  '88.33': 'Comprehensive SR',
  '88.34': 'Comprehensive 3D SR',
  '88.59': 'Key Object Selection Document',
  '88.67': 'X-Ray Radiation Dose SR',
  '104.1': 'Encapsulated PDF',
  '104.2': 'Encapsulated CDA',
  '128': 'Positron Emission Tomography Image',
  '130': 'Enhanced PET Image',
  '481.1': 'RT Image',
  '481.2': 'RT Dose',
  '481.3': 'RT Structure Set',
  '481.5': 'RT Plan',
  '481.8': 'RT Ion Plan',
};

/** Name of a SOP class for people; its UID where this program knows no name. */
export function sopClassName(uid: string): string {
  return (uid.startsWith(storage) ? sopClasses[uid.slice(storage.length)] : undefined) ?? uid;
}

/** UIDs of the storage classes that this program knows by name. */
export const storageClasses: readonly string[] = Object.keys(sopClasses).map((suffix) => storage + suffix);
