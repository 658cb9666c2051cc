import type { HashedSeries } from '../subjects/seriesPlace.js';
import { xsiTypesFor } from '../xnat/sessionTypes.js';
import type { NamedInstance } from './anonymise.js';
import type { UploadContext } from './context.js';
import { archivedUnderEarlierNames, isArchivedUnderEarlierNames } from './earlierNames.js';
import type { RefusedInstance } from './group.js';
import type { SeriesTask } from './plannedSeries.js';
import { plannedUid } from './pseudonymise.js';
import { refusalsIfUnsendable } from './sendable.js';
import { seriesIdentity } from './seriesIdentity.js';
import type { SeriesPlace } from './types.js';

/** What must not be sent, found out before anything is made on the server; undefined when something may be. */
export async function refusalsBeforeSending(
  { plan, series }: SeriesTask,
  context: UploadContext,
  signal: AbortSignal,
): Promise<readonly RefusedInstance[] | undefined> {
  if (await isArchivedUnderEarlierNames(plan.study, series, context, signal)) {
    return series.instances.map((instance) => ({ instance, refusal: archivedUnderEarlierNames }));
  }
  return refusalsIfUnsendable(series.instances, plan, context, signal);
}

/** A series as the server is to know it. */
export function wantedSeries({ plan, series }: SeriesTask, context: UploadContext): HashedSeries {
  const types = xsiTypesFor(series.sopClassUid, series.modality);
  const { issuer, decided } = plan.study;
  const byPatientId = !plan.own && decided === undefined;
  const namesIssuer = context.names.scheme.name === 'keyed' && issuer !== '' && byPatientId;
  return {
    pseudonym: plan.pseudonym,
    ...(namesIssuer && { withoutIssuer: context.names.pseudonym({ ...plan.study, issuer: '' }) }),
    studyUid: plan.studyUid,
    seriesUid: plannedUid(plan, series.seriesInstanceUid, context.names),
    sessionType: types.session,
    scanType: types.scan,
    expectedSubject: context.expectedSubject,
  };
}

/** What is written about the patient into every object of a series: where it goes (design: safety, 2). */
export function namesIn(
  place: Omit<SeriesPlace, 'scan'>,
  { plan: { dateOffsetDays, own }, series }: SeriesTask,
  context: UploadContext,
): Omit<NamedInstance, 'source'> {
  return {
    identity: {
      patientName: place.subject,
      patientId: place.experiment,
      // The stock script of the site; others write what they write.
      ...(context.scripts.length === 0 && { studyDescription: place.project }),
    },
    series: seriesIdentity(series.instances),
    ...(dateOffsetDays !== undefined && { dateOffsetDays }),
    ...(own && { own }),
  };
}
