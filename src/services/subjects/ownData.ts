import type { ExperimentRow, SubjectTree } from '../xnat/archive.js';
import type { ArchiveContext } from './archiveContext.js';
import { hasFormOfNewUid, uidInRows } from './pseudonyms.js';
import { reachSubject } from './subjectPseudonym.js';
import { dicomResource } from './seriesPlace.js';
import { experimentsOf, scansOf } from './treeRows.js';

/** What a study says about itself in the files. */
export interface StudyNames {
  readonly patientName: string;
  readonly patientId: string;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUids: readonly string[];
}

/** What the server proves about a study that was de-identified before. */
export interface OwnStudy {
  /** A pseudonym of its subject. */
  readonly pseudonym: string;
  /** Study, Series and SOP Instance UIDs of the files that the server holds already: those that are ours. */
  readonly uids: ReadonlySet<string>;
}

/** How both schemes write pseudonyms. */
const pseudonymForm = /^2_25_\d+$/;

/**
 * Recognises what was de-identified by this program before and comes again: downloaded from the project, or made
 * locally. "Patient Identity Removed" in a file proves nothing (design: safety, 8); what the server's rows say does:
 * - Patient ID is a pseudonym that the server maps to a subject (local work writes it), or
 * - Study Instance UID, Patient ID and Patient's Name are UID, label and subject of one experiment (uploads write them).
 *   Such a subject gets one pseudonym more, made of its accession ID, by which uploads find it.
 * Everything that the server does not know is hashed like any other original.
 */
export class OwnData {
  private experiments: Promise<readonly ExperimentRow[]> | undefined;

  constructor(private readonly context: ArchiveContext) {}

  /**
   * Undefined for a study that nothing proves to be ours. No request for UIDs that this program does not make.
   * Errors: those of the archive, PATIENT_AMBIGUOUS.
   */
  async recognise(study: StudyNames, signal?: AbortSignal): Promise<OwnStudy | undefined> {
    if (!hasFormOfNewUid(study.studyInstanceUid)) return undefined;
    const { archive, project } = this.context;
    if (pseudonymForm.test(study.patientId)) {
      const tree = await archive.findSubjectByPseudonym(project, study.patientId, signal);
      return tree && this.proved(study.patientId, tree, study, signal);
    }
    this.experiments ??= archive.listExperiments(project, undefined, signal);
    const uid = uidInRows(study.studyInstanceUid);
    const row = (await this.experiments).find(
      (candidate) =>
        uidInRows(candidate.uid) === uid &&
        candidate.label === study.patientId &&
        candidate.subjectLabel === study.patientName,
    );
    if (row === undefined) return undefined;
    const { pseudonym, tree } = await reachSubject(
      this.context,
      { id: row.subjectId, label: row.subjectLabel },
      signal,
    );
    return this.proved(pseudonym, tree, study, signal);
  }

  private async proved(
    pseudonym: string,
    tree: SubjectTree,
    study: StudyNames,
    signal: AbortSignal | undefined,
  ): Promise<OwnStudy> {
    const { archive, project } = this.context;
    const uids = new Set<string>();
    const [experiment] = experimentsOf(tree, uidInRows(study.studyInstanceUid));
    if (experiment === undefined) return { pseudonym, uids };
    uids.add(study.studyInstanceUid);
    const paths = { project, subject: tree.label, experiment: experiment.id };
    for (const seriesUid of study.seriesInstanceUids.filter(hasFormOfNewUid)) {
      const [scan] = scansOf(experiment, uidInRows(seriesUid));
      if (scan === undefined) continue;
      uids.add(seriesUid);
      for (const { name } of await archive.listFiles({ ...paths, scan: scan.id }, dicomResource, signal)) {
        const sopUid = name.replace(/\.dcm$/, '');
        if (hasFormOfNewUid(sopUid)) uids.add(sopUid);
      }
    }
    return { pseudonym, uids };
  }
}
