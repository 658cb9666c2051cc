import type { SandboxContext } from '../context.js';
import type { PrearchiveRecord } from '../store/model.js';

/** What the recorded fork says to any commit into a session that it archived before: its pipeline never ends. */
export const IN_PROGRESS =
  'Session processing may already be in progress: AutoRun.  Concurrent modification is discouraged.';

/**
 * Why a session can't go into the archive; undefined when it can. Stock servers merge what says `append` and belongs to
 * the same subject, study and series (source of XNAT 1.7 to 1.9; not recorded).
 */
export function conflictOf(
  context: SandboxContext,
  session: PrearchiveRecord,
  overwrite: string,
): string | undefined {
  const { store } = context;
  const existing = store.experimentOf(session.project, session.name);
  if (!context.plainXnat) return existing === undefined ? undefined : IN_PROGRESS;
  const sameStudy = store.experimentsOfProject
    .all(session.project)
    .find(({ uid, label }) => uid === session.studyUid && label !== session.name);
  if (sameStudy !== undefined) return `Session already exists with a different label: ${sameStudy.label}.`;
  if (existing === undefined) return undefined;
  if (overwrite === '' || overwrite === 'none') return 'Session already exists, retry with overwrite enabled';
  if (existing.subject !== store.subjectOf(session.project, session.subject)?.id) {
    return 'Invalid modification of session subject via archive process.';
  }
  if (existing.uid !== session.studyUid) return 'Session already exists with a different UID.';
  const clash = store.scansOfExperiment
    .all(existing.id)
    .some((scan) =>
      session.files.some((file) => (file.seriesNumber === scan.id) !== (file.seriesUid === scan.uid)),
    );
  return clash ? 'Session already contains a scan with the same number or UID that differs.' : undefined;
}
