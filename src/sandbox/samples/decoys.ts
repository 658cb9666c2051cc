import { seededRandom } from './random.js';
import { plainName } from './sampleStudy.js';
import type { SamplePatient } from './samplePatients.js';

/** What lies around in folders of images and is none: nothing of this may ever be sent. */
export interface Decoy {
  readonly path: string;
  readonly bytes: Buffer;
}

export function decoys(patient: SamplePatient): readonly Decoy[] {
  return [
    {
      path: 'Please read me.txt',
      bytes: Buffer.from(
        `Images of ${plainName(patient)} (${patient.id}).\r\nViewer: start the program on the disc.\r\n`,
      ),
    },
    { path: '.DS_Store', bytes: finderSettings(patient) },
    { path: 'empty', bytes: Buffer.alloc(0) },
    { path: `${patient.folder}/photo.jpg`, bytes: jpegLikeJunk() },
    {
      path: `${patient.folder}/letter.dcm`,
      bytes: Buffer.from(
        `Dear colleague,\n\n${plainName(patient)}, born ${patient.birthDate}, was seen today.\n`,
      ),
    },
    {
      path: 'index.html',
      bytes: Buffer.from(`<!doctype html>\n<title>${plainName(patient)}</title>\n<p>Images of your visit.\n`),
    },
  ];
}

/** Starts like the settings file of a Mac folder window, which lists names of files. */
function finderSettings(patient: SamplePatient): Buffer {
  const name = Buffer.from(patient.folder, 'utf16le').swap16();
  return Buffer.concat([
    Buffer.from('\0\0\0\x01Bud1\0\0\x10\0', 'latin1'),
    Buffer.alloc(20),
    name,
    Buffer.alloc(64),
  ]);
}

/** The first bytes of a JFIF picture and then noise. */
function jpegLikeJunk(): Buffer {
  const random = seededRandom(99);
  const head = Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex');
  return Buffer.concat([
    head,
    Buffer.from(Array.from({ length: 3000 }, () => Math.floor(random.next() * 256))),
  ]);
}
