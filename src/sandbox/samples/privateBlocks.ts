import type { PrivateElement } from './dicomFile.js';
import { plainName } from './sampleStudy.js';
import type { SamplePatient } from './samplePatients.js';

/** Private elements in the manner of two manufacturers, each with the patient somewhere inside. */

/** A block like the CSA header of MR scanners: named fields in a binary element, the patient among them. */
export function csaLikeBlock(patient: SamplePatient): readonly PrivateElement[] {
  const fields: [string, string][] = [
    ['EchoLinePosition', '128'],
    ['PatReadableName', plainName(patient)],
    ['tPatientName', patient.name.split('=')[0] ?? ''],
    ['PatientID', patient.id],
    ['DiffusionGradientDirection', '0.57735 0.57735 -0.57735'],
  ];
  return [
    { tag: 0x00290010, vr: 'LO', value: 'SIEMENS CSA HEADER' },
    { tag: 0x00290011, vr: 'LO', value: 'SIEMENS MEDCOM HEADER2' },
    { tag: 0x00291008, vr: 'CS', value: 'IMAGE NUM 4' },
    { tag: 0x00291009, vr: 'LO', value: '20230419' },
    { tag: 0x00291010, vr: 'OB', value: csaLikeHeader(fields) },
    { tag: 0x00291018, vr: 'CS', value: 'MR' },
    { tag: 0x00291160, vr: 'LO', value: `com ${plainName(patient)}` },
  ];
}

/** "SV10", a count and fixed-size field heads, each followed by its padded text. */
function csaLikeHeader(fields: readonly (readonly [string, string])[]): Buffer {
  const head = Buffer.alloc(16);
  head.write('SV10', 0, 'latin1');
  head.writeUInt32BE(0x04030201, 4);
  head.writeUInt32LE(fields.length, 8);
  head.writeUInt32LE(77, 12);
  const parts = [head];
  fields.forEach(([name, text]) => {
    const value = Buffer.from(text, 'latin1');
    const field = Buffer.alloc(84);
    field.write(name, 0, 'latin1');
    field.writeUInt32LE(1, 64);
    field.write('LO', 68, 'latin1');
    field.writeUInt32LE(value.length, 76);
    field.writeUInt32LE(77, 80);
    parts.push(field, value, Buffer.alloc((4 - (value.length % 4)) % 4));
  });
  return Buffer.concat(parts);
}

/** Blocks like those of CT scanners: identifiers, a private sequence and slope data that research likes to keep. */
export function gemsLikeBlock(patient: SamplePatient): readonly PrivateElement[] {
  return [
    { tag: 0x00090010, vr: 'LO', value: 'GEMS_IDEN_01' },
    { tag: 0x00091001, vr: 'LO', value: 'GE_GENESIS_FF' },
    { tag: 0x00091027, vr: 'SL', value: 1680000000 },
    { tag: 0x000910e3, vr: 'UI', value: `1.2.826.0.1.3680043.10.90210.${patient.number}.9.7` },
    { tag: 0x00110010, vr: 'LO', value: 'GEMS_PATI_01' },
    { tag: 0x00111010, vr: 'SS', value: 0 },
    { tag: 0x001110aa, vr: 'PN', value: patient.name },
    {
      tag: 0x001110ab,
      vr: 'SQ',
      value: [{ PatientName: patient.name, PatientID: patient.id, PatientBirthDate: patient.birthDate }],
    },
    { tag: 0x00430010, vr: 'LO', value: 'GEMS_PARM_01' },
    { tag: 0x00431027, vr: 'SH', value: '/1.0:1' },
    { tag: 0x00431039, vr: 'IS', value: ['1000', '8', '0', '0'] },
  ];
}
