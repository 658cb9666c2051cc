import { randomUUID } from 'node:crypto';
import { scriptsToRun } from '../deid/siteScript.js';
import type { UploadRequest } from '../createServices.js';
import { defaultSubjectPrefix, checkedPrefix } from '../subjects/labels.js';
import type { SpareSubjects } from '../subjects/spareSubjects.js';
import { cancelled, GiftCloudError, toGiftCloudError } from '../support/errors.js';
import type { KeyedLock } from '../support/keyedLock.js';
import type { Logger } from '../support/logger.js';
import type { DeidEngine } from '../worker/deidEngine.js';
import type { Archive, ServerScript } from '../xnat/archive.js';
import { deidReport, digestOf } from './deidReport.js';
import { defaultPace, type UploadContext, type UploadPace } from './context.js';
import { eventsOf, inParallel } from './events.js';
import { findStudies } from './found.js';
import { Ledger } from './ledger.js';
import { sampleOf } from './preview.js';
import { pseudonymise } from './pseudonymise.js';
import type { ReceiptSeries } from './receipt.js';
import { rehearseScripts } from './rehearseScripts.js';
import { reviewOf } from './review.js';
import type { JobStore, PipelineEvent } from './types.js';
import { uploadSeries } from './uploadSeries.js';

/** What uploads of one process share. */
export interface UploadTools {
  readonly version: string;
  readonly engine: DeidEngine;
  readonly jobs: JobStore;
  readonly spares: SpareSubjects;
  readonly locks: KeyedLock;
  readonly logger: Logger;
  readonly pace?: UploadPace;
}

/**
 * The upload, on one page: discover > group > (review) > pseudonymise > anonymise > redact > verify > package > upload >
 * confirm > receipt; the stages from pseudonymise to confirm run per series in uploadSeries.ts.
 * Every input file gets exactly one `file` event. Errors that end the run (design: exit codes) are thrown after the last
 * event: those of the archive, SCRIPT_ERROR, PROFILE_NOT_AVAILABLE, INVALID_LABEL, CANCELLED.
 */
export function runUpload(
  archive: Archive,
  request: UploadRequest,
  tools: UploadTools,
  signal?: AbortSignal,
): AsyncIterable<PipelineEvent> {
  return eventsOf<PipelineEvent>(async (emit, stop) => {
    const base = contextOf(archive, request, tools, emit);
    const { ledger, jobs, jobId } = base;
    const started = new Date().toISOString();
    try {
      const user = await archive.signIn(stop);
      const scripts = await readScripts(archive, request.project, stop);
      const context = { ...base, scripts: scriptsToRun(scripts) };

      emit({ kind: 'phase', phase: 'discover' });
      const { studies, refusals } = await findStudies(request.inputs, context, stop);

      emit({ kind: 'phase', phase: 'review' });
      const counted = reviewOf(request.project, request.profile, studies, refusals);
      const previewed = { ...request, scripts: context.scripts };
      const review = request.confirm
        ? {
            ...counted,
            scripts: context.scripts,
            sample: await sampleOf(studies, previewed, tools.engine, stop),
          }
        : counted;
      emit({ kind: 'review', review });
      if (request.confirm && !(await request.confirm(review, stop))) throw cancelled();

      await rehearseScripts(studies, context, stop);
      await jobs.begin({ id: jobId, project: request.project, profile: request.profile, started });
      emit({ kind: 'phase', phase: 'upload' });
      const series = studies
        .map(pseudonymise)
        .flatMap((plan) => plan.study.series.map((one) => ({ plan, one })));
      const rows: ReceiptSeries[] = [];
      await inParallel(
        series,
        context.pace.seriesInParallel,
        async ({ plan, one }, stopOne) => {
          const row = await uploadSeries(plan, one, context, stopOne);
          if (row) rows.push(row);
        },
        stop,
      );

      emit({ kind: 'phase', phase: 'receipt' });
      ledger.progress();
      const receipt = {
        tool: `gift-cloud ${tools.version}`,
        server: archive.serverUrl,
        user,
        profile: request.profile,
        scripts: scripts.map(digestOf),
        started,
        finished: new Date().toISOString(),
        totals: ledger.totals(),
        refused: ledger.refused(),
        contentReplaced: ledger.contentReplaced(),
        series: rows,
      };
      await jobs.finish(jobId, receipt, deidReport(receipt, ledger.deidentified(), tools.version));
      emit({ kind: 'receipt', receipt });
    } catch (thrown) {
      const error = toGiftCloudError(thrown);
      ledger.settleRest(error);
      await jobs.fail(jobId, error.code);
      throw error;
    }
  }, signal);
}

/** The enabled scripts of site and project. */
async function readScripts(
  archive: Archive,
  project: string,
  signal: AbortSignal,
): Promise<readonly ServerScript[]> {
  try {
    return await archive.enabledScripts(project, signal);
  } catch (error) {
    // Settings of a project that is not there, or not for this user, are a bare 500 (GIFT-Cloud server, observed).
    if (GiftCloudError.is(error, 'SERVER_ERROR')) await archive.listSubjects(project, signal);
    throw error;
  }
}

function contextOf(
  archive: Archive,
  request: UploadRequest,
  tools: UploadTools,
  emit: (event: PipelineEvent) => void,
): UploadContext {
  const warned = new Set<string>();
  return {
    archive,
    project: request.project,
    subjectPrefix: checkedPrefix(request.subjectPrefix ?? defaultSubjectPrefix),
    spares: tools.spares,
    locks: tools.locks,
    logger: tools.logger,
    engine: tools.engine,
    profile: request.profile,
    scripts: [],
    expectedSubject: request.expectedSubject,
    ledger: new Ledger(emit),
    jobs: tools.jobs,
    jobId: randomUUID(),
    pace: tools.pace ?? defaultPace,
    emit,
    warn: (code, message) => {
      if (warned.has(message)) return;
      warned.add(message);
      emit({ kind: 'warning', code, message });
    },
  };
}
