import { l10n, type TreeView } from 'vscode';
import { askServer, type ServerSays } from '../../services/patients/serverCheck.js';
import type { KnownPatient } from '../../services/patients/types.js';
import { cancelled } from '../../services/support/errors.js';
import type { Archive } from '../../services/xnat/archive.js';
import type { ArchiveTree } from '../../tree/archiveTree.js';
import type { Node } from '../../tree/nodes.js';
import type { CommandHandler } from '../commands.js';
import type { Connection } from '../connection.js';
import type { Choice, Dialogs } from '../dialogs.js';
import type { LazyServices } from '../lazyServices.js';
import { serverHost } from '../serverUrl.js';
import { showSubject } from '../showSubject.js';

/**
 * "Look Up Patient…": who goes by a subject label, a pseudonym or a patient ID. What is typed is not shown, and the answer
 * is on the screen as long as its list is open: nothing of it is logged, remembered or copied.
 */
export function lookUpPatientCommand(
  tree: ArchiveTree,
  view: TreeView<Node>,
  services: LazyServices,
  connection: Connection,
  dialogs: Dialogs,
): CommandHandler {
  return async () => {
    const title = l10n.t('Look Up Patient');
    const term = await dialogs.askText({
      title,
      prompt: l10n.t('Subject label, pseudonym or patient ID'),
      password: true,
    });
    if (typeof term !== 'string' || term.trim() === '') throw cancelled();
    const { patientLists } = await services.get();
    const found = await patientLists.lookUp(term);
    if (found.length === 0) {
      const text = l10n.t('Nobody is known here by this label, pseudonym or ID.');
      void dialogs.notify('info', text, []);
      return;
    }
    const archive = await connection.session?.archive().catch(() => undefined);
    const choices = await Promise.all(
      found.map(async (patient) => rowsOf(patient, await says(patient, archive))),
    );
    const chosen = await dialogs.pick(
      { title, placeholder: l10n.t('Choose one to see it in the tree'), passing: true },
      choices.flat(),
    );
    if (chosen?.server === archive?.serverUrl && chosen) {
      await showSubject(tree, view, chosen.project, chosen.subject);
    }
  };
}

/** What the server says of a patient; undefined where nobody asked it, or it gave no answer. */
async function says(patient: KnownPatient, archive: Archive | undefined): Promise<ServerSays | undefined> {
  if (archive?.serverUrl !== patient.server) return undefined;
  return askServer(archive, patient).catch(() => undefined);
}

/** A row for each way in which the patient was written, and for each study. */
function rowsOf(patient: KnownPatient, onServer: ServerSays | undefined): readonly Choice<KnownPatient>[] {
  const { server, project, subject, identities, studies } = patient;
  const place = l10n.t('{0} in project {1} on {2}', subject, project, serverHost(server));
  return [
    ...identities.map(({ patientName, patientId, patientBirthDate, issuerOfPatientId }, index) => ({
      ...(index === 0 && { heading: place }),
      label: patientName ?? l10n.t('(no name)'),
      description: [patientId, patientBirthDate, issuerOfPatientId].filter(Boolean).join(' · '),
      ...(index === 0 && { detail: serverText(onServer) }),
      value: patient,
    })),
    ...studies.map(({ experiment, studyDate, accessionNumber }) => ({
      label: experiment,
      description: [studyDate, accessionNumber].filter(Boolean).join(' · '),
      value: patient,
    })),
  ];
}

function serverText(onServer: ServerSays | undefined): string {
  switch (onServer) {
    case 'same':
      return l10n.t('The server says the same.');
    case 'other subject':
      return l10n.t('The server says another subject now: its row decides.');
    case 'not there':
      return l10n.t('The server does not know this patient in the project any more, or you may not see it.');
    case undefined:
      return l10n.t('The server was not asked.');
  }
}
