/** Suffix of SOP classes after 1.2.840.10008.5.1.4.1.1. to XNAT's type names: scan, and session where there is one. */
const bySopClass: Readonly<Record<string, readonly [scan: string, session?: string]>> = {
  '1': ['cr', 'cr'], '1.1': ['dx', 'dx'], '1.1.1': ['dx', 'dx'], '1.2': ['mg', 'mg'], '1.2.1': ['mg', 'mg'],
  '1.3': ['io', 'io'], '1.3.1': ['io', 'io'], '2': ['ct', 'ct'], '2.1': ['ct', 'ct'],
  '4': ['mr', 'mr'], '4.1': ['mr', 'mr'], '4.2': ['mr', 'mr'], '4.3': ['mr', 'mr'], '128': ['pet', 'pet'], '130': ['pet', 'pet'],
  '6': ['us', 'us'], '6.1': ['us', 'us'], '3': ['us', 'us'], '3.1': ['us', 'us'], '6.2': ['us', 'us'],
  '7': ['sc'], '7.1': ['sc'], '7.2': ['sc'], '7.3': ['sc'], '7.4': ['sc'],
  '9.1.1': ['ecg', 'ecg'], '9.1.2': ['ecg', 'ecg'], '9.1.3': ['ecg', 'ecg'], '9.2.1': ['hd', 'hd'], '9.3.1': ['eps', 'eps'],
  '9.4.1': ['voiceAudio'], '9.4.2': ['voiceAudio'], '12.1': ['xa', 'xa'], '12.1.1': ['xa', 'xa'],
  '12.2': ['rf', 'rf'], '12.2.1': ['rf', 'rf'], '13.1.1': ['xa3D', 'xa3D'], '13.1.2': ['dx3DCraniofacial', 'dx3DCraniofacial'],
  '20': ['nm', 'nm'], '77.1.1': ['esv', 'esv'], '77.1.1.1': ['esv', 'esv'], '77.1.2': ['gmv', 'gmv'], '77.1.2.1': ['gmv', 'gmv'],
  '77.1.4.1': ['xcv', 'xcv'], '77.1.5.1': ['op', 'op'], '77.1.5.2': ['op', 'op'], '77.1.5.4': ['opt', 'opt'],
  '88.11': ['sr', 'sr'], '88.22': ['sr', 'sr'], '88.33': ['sr', 'sr'], '481.1': ['rtImage', 'rt'], '481.2': ['rtImage', 'rt'],
}; // prettier-ignore

const byModality: Readonly<Record<string, readonly [scan: string, session?: string]>> = {
  MR: ['mr', 'mr'], PT: ['pet', 'pet'], CT: ['ct', 'ct'], EPS: ['eps', 'eps'], HD: ['hd', 'hd'], ECG: ['ecg', 'ecg'], US: ['us', 'us'],
  IO: ['io', 'io'], MG: ['mg', 'mg'], DX: ['dx', 'dx'], CR: ['cr', 'cr'], GM: ['gm', 'gm'], ES: ['es', 'es'], NM: ['nm', 'nm'],
  SR: ['sr', 'sr'], RF: ['rf', 'rf'], XA: ['xa', 'xa'], SM: ['sm', 'sm'], OP: ['op', 'op'], OPT: ['opt', 'opt'],
  RTIMAGE: ['rtImage', 'rt'], SEG: ['seg'], MRS: ['mrs'], AU: ['voiceAudio'],
}; // prettier-ignore

export interface XsiTypes {
  /** e.g. `xnat:mrSessionData` */
  readonly session: string;
  /** e.g. `xnat:mrScanData` */
  readonly scan: string;
}

/**
 * XNAT's types of the experiment and the scan for a series: by SOP class, and by modality where the class says nothing (the
 * tables of the original uploader; every type exists in the server's schema).
 */
export function xsiTypesFor(sopClassUid: string, modality: string): XsiTypes {
  const prefix = '1.2.840.10008.5.1.4.1.1.';
  const fromClass = sopClassUid.startsWith(prefix) ? bySopClass[sopClassUid.slice(prefix.length)] : undefined;
  const fromModality = byModality[modality.trim().toUpperCase()];
  const session = fromClass?.[1] ?? fromModality?.[1] ?? 'otherDicom';
  const scan = fromClass?.[0] ?? fromModality?.[0] ?? 'otherDicom';
  return { session: `xnat:${session}SessionData`, scan: `xnat:${scan}ScanData` };
}
