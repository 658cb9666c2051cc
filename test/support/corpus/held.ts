// Objects whose pixels may show a name: kept back until somebody looked at them.
import { ct, mr } from './crossSectional.js';
import type { DataSet } from './keywords.js';
import { content, general, pixels } from './modules.js';
import { uids } from './plan.js';

function image(name: string, sopClass: string, modality: string, more: DataSet = {}): DataSet {
  return {
    ...general(name, `1.2.840.10008.5.1.4.1.1.${sopClass}`, modality, name),
    ...content,
    ...pixels(16, 16, 1, 8),
    ImageType: 'ORIGINAL\\PRIMARY',
    ...more,
  };
}

/** An image of a kind that passes, with something that speaks against it. */
function doubtful(name: string, base: DataSet, more: DataSet): DataSet {
  return { ...base, SOPInstanceUID: uids.instance(name), ...more };
}

export const held: Readonly<Record<string, DataSet>> = {
  ultrasound: image('us', '6.1', 'US', { BurnedInAnnotation: 'NO' }),
  ultrasoundClip: image('usClip', '3.1', 'US', { NumberOfFrames: '1' }),
  retiredUltrasound: image('usOld', '6', 'US'),
  enhancedUltrasoundVolume: image('usVolume', '6.2', 'US'),
  secondaryCapture: image('sc', '7', 'OT', { ConversionType: 'WSD' }),
  multiFrameCapture: image('scFrames', '7.2', 'OT', { ConversionType: 'WSD', NumberOfFrames: '1' }),
  captureOfCt: image('scCt', '7', 'CT', { ConversionType: 'WSD' }),
  endoscopy: image('es', '77.1.1', 'ES'),
  photograph: image('xc', '77.1.4', 'XC'),
  angiography: image('xa', '12.1', 'XA'),
  fluoroscopy: image('rf', '12.2', 'RF'),
  slideLabel: image('wsi', '77.1.6', 'SM', { ImageType: 'ORIGINAL\\PRIMARY\\LABEL\\NONE' }),
  burnedIn: doubtful('burnedIn', ct(), { BurnedInAnnotation: 'YES' }),
  screenSave: doubtful('screenSave', ct(), { ImageType: 'DERIVED\\SECONDARY\\SCREEN SAVE' }),
  protocolPage: doubtful('protocolPage', ct(), { ImageType: 'ORIGINAL\\SECONDARY\\OTHER\\CT_SOM5 PROT' }),
  doseReport: doubtful('doseReport', ct(), { SeriesDescription: 'Dose Report' }),
  scannedFilm: doubtful('scannedFilm', mr(), { ConversionType: 'DF' }),
  elsewhere: doubtful('elsewhere', mr(), { PixelDataProviderURL: 'http://pacs.example/1' }),
};
