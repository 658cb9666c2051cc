import { l10n } from 'vscode';
import type { PatientIdentity } from '../services/patients/types.js';
import type { AskWhoIsWho, DoubtfulPatient, PatientAnswer } from '../services/pipeline/types.js';
import type { Archive, SubjectRow } from '../services/xnat/archive.js';
import type { Choice, Dialogs } from './dialogs.js';
import { counted } from './texts.js';

/**
 * Asks before the review who patients are of whom nobody can say it: one list each, which alone shows who they are. Without
 * an answer they are held back.
 */
export function askWhoIsWho(archive: Archive, project: string, dialogs: Dialogs): AskWhoIsWho {
  return async (patients, signal) => {
    const subjects = await archive.listSubjects(project, signal);
    const answers: PatientAnswer[] = [];
    for (const [at, patient] of patients.entries()) {
      const title = l10n.t('Who Is This Patient? ({0} of {1})', at + 1, patients.length);
      const question = { title, placeholder: whoText(patient.identity) };
      const answer = signal?.aborted
        ? undefined
        : await dialogs.pick(question, choicesFor(patient, subjects));
      answers.push(answer ?? { kind: 'hold' });
    }
    return answers;
  };
}

function choicesFor(patient: DoubtfulPatient, subjects: readonly SubjectRow[]): Choice<PatientAnswer>[] {
  const { refusal, studies, instances, byPatientId, subject, namesakes } = patient;
  const amount = `${counted.studies(studies)}, ${counted.instances(instances)}`;
  const known = namesakes.flatMap(({ identities }) => identities).map(whoText);
  return [
    {
      label: l10n.t('Hold Back'),
      description: amount,
      detail: refusal.reason,
      value: { kind: 'hold' },
    },
    ...(byPatientId
      ? [
          {
            label:
              subject === undefined
                ? l10n.t('Go by the Patient ID')
                : l10n.t('Same Patient as Subject {0}', subject),
            ...(known.length > 0 && { detail: l10n.t('Known as {0}', known.join('; ')) }),
            value: { kind: 'byPatientId' } as const,
          },
        ]
      : []),
    {
      label: l10n.t('New Subject'),
      detail: l10n.t('Somebody else than all subjects of the project.'),
      value: { kind: 'new' },
    },
    ...subjects
      .filter(({ label }) => label !== subject)
      .map(({ label, id }, index) => ({
        ...(index === 0 && { heading: l10n.t('The patient of an existing subject') }),
        label,
        description: id,
        value: { kind: 'subject', subject: label } as const,
      })),
  ];
}

/** Who a patient is as the objects say it: on the screen while the question is open, and nowhere else. */
function whoText({ patientName, patientId, issuerOfPatientId, patientBirthDate }: PatientIdentity): string {
  const parts = [
    patientName || l10n.t('no name'),
    patientId || l10n.t('no Patient ID'),
    issuerOfPatientId ?? '',
    patientBirthDate || l10n.t('no birth date'),
  ];
  return parts.filter((part) => part.trim() !== '').join(' · ');
}
