import { buildDicom } from './dicomBuilder.js';

/** An MR object whose UIDs say what it is: `<study>.<series>.<instance>`. The series number is that of the series unless given. */
export function mrSlice(
  study: string,
  series: number,
  instance: number,
  { description = 'T2 HASTE', seriesNumber = series } = {},
): Buffer {
  return buildDicom(
    [
      { tag: 0x00080016, vr: 'UI', value: '1.2.840.10008.5.1.4.1.1.4' },
      { tag: 0x00080018, vr: 'UI', value: `${study}.${series}.${instance}` },
      { tag: 0x00080020, vr: 'DA', value: '20160220' },
      { tag: 0x00080030, vr: 'TM', value: '101112' },
      { tag: 0x00080060, vr: 'CS', value: 'MR' },
      { tag: 0x00080070, vr: 'LO', value: 'Phantom Works' },
      { tag: 0x00081030, vr: 'LO', value: 'BEFORE' },
      { tag: 0x0008103e, vr: 'LO', value: description },
      { tag: 0x00100010, vr: 'PN', value: 'Made^Up' },
      { tag: 0x00100020, vr: 'LO', value: 'MADEUP1' },
      { tag: 0x0020000d, vr: 'UI', value: study },
      { tag: 0x0020000e, vr: 'UI', value: `${study}.${series}` },
      { tag: 0x00200011, vr: 'IS', value: String(seriesNumber) },
      { tag: 0x00200013, vr: 'IS', value: String(instance) },
      { tag: 0x7fe00010, vr: 'OW', value: Buffer.alloc(64, 5) },
    ],
    {},
  );
}
