import type { SamplePatients } from './samplePatients.js';
import { study, type SampleStudyFacts } from './sampleStudy.js';

export interface SampleStudies {
  readonly head: SampleStudyFacts;
  readonly brain: SampleStudyFacts;
  /** The same patient as `brain`, half a year later. */
  readonly followUp: SampleStudyFacts;
  readonly japan: SampleStudyFacts;
  readonly china: SampleStudyFacts;
  readonly russia: SampleStudyFacts;
  readonly clip: SampleStudyFacts;
  readonly greece: SampleStudyFacts;
}

export function sampleStudies(people: SamplePatients): SampleStudies {
  const siemens = { manufacturer: 'SIEMENS', model: 'Phantom 3T', station: 'MRC35312' };
  const ge = { manufacturer: 'GE MEDICAL SYSTEMS', model: 'Phantom 64', station: 'CT01RGH' };
  return {
    head: study({
      patient: people.whitfield,
      date: '20230419',
      time: '141205',
      accession: 'RGH2304190071',
      studyId: '8812',
      description: 'CT Head trauma',
      ...ge,
    }),
    brain: study({
      patient: people.luedenscheidt,
      date: '20230211',
      time: '093127',
      accession: 'SA0023117',
      studyId: '1',
      description: 'Schädel MRT nativ',
      ...siemens,
    }),
    followUp: study({
      patient: people.luedenscheidt,
      date: '20230830',
      time: '155940',
      accession: 'SA0031908',
      studyId: '1',
      description: 'Schädel MRT Verlauf',
      ...siemens,
    }),
    japan: study({
      patient: people.sasaki,
      date: '20230105',
      time: '101530',
      accession: '88300271',
      studyId: '271',
      description: '頭部CT',
      ...ge,
      station: 'MINATO1',
    }),
    china: study({
      patient: people.wang,
      date: '20230417',
      time: '163308',
      accession: 'DH17007',
      studyId: '7',
      description: '头颅磁共振',
      ...siemens,
      station: 'DONGHU2',
    }),
    russia: study({
      patient: people.ivanova,
      date: '20230302',
      time: '120044',
      accession: 'G199-4471',
      studyId: '4471',
      description: 'КТ головного мозга',
      ...ge,
      station: 'GKB199KT',
    }),
    clip: study({
      patient: people.kim,
      date: '20230614',
      time: '102218',
      accession: 'HB614033',
      studyId: '33',
      description: '산과 초음파',
      manufacturer: 'Phantom Ultrasound',
      model: 'Sector 1',
      station: 'HANBIT-US3',
    }),
    greece: study({
      patient: people.papadopoulos,
      date: '20231109',
      time: '084951',
      accession: 'AS221',
      studyId: '221',
      description: 'Μαγνητική εγκεφάλου',
      ...siemens,
      station: 'SOFIA-MR',
    }),
  };
}
