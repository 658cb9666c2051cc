import { needsDateOffset, type Profile } from '../deid/profiles/profile.js';
import { scriptsToRun } from '../deid/siteScript.js';
import type { ScriptSource } from '../deid/types.js';
import type { UploadRequest } from '../createServices.js';
import { schemeOfJob, type JobScheme } from '../keys/jobScheme.js';
import type { KeyStore } from '../keys/keyStore.js';
import type { PatientMemory } from '../patients/types.js';
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
import { planStudies } from './planStudies.js';
import { plannedSeries } from './plannedSeries.js';
import type { ReceiptSeries } from './receipt.js';
import { rehearseScripts } from './rehearseScripts.js';
import { reviewOf } from './review.js';
import { SeriesFilter } from './seriesFilter.js';
import type { JobJournal, PipelineEvent } from './types.js';
import { uploadSeries } from './uploadSeries.js';

/** What uploads of one process share. */
export interface UploadTools {
  readonly version: string;
  readonly engine: DeidEngine;
  readonly spares: SpareSubjects;
  readonly locks: KeyedLock;
  readonly keys: KeyStore;
  readonly patients: PatientMemory;
  readonly logger: Logger;
  readonly pace?: UploadPace;
}

/**
 * The upload, on one page: discover > group > (review) > pseudonymise > anonymise > redact > verify > package > upload >
 * confirm > receipt; the stages from pseudonymise to confirm run per series in uploadSeries.ts.
 * Every input file gets exactly one `file` event. Errors that end the run (design: exit codes) are thrown after the last
 * event: those of the archive, SCRIPT_ERROR, SERIES_FILTER_ERROR, PROFILE_NOT_AVAILABLE, SCHEME_MISMATCH, KEY_MISSING, PASSPHRASE_WRONG,
 * INVALID_LABEL, CANCELLED.
 */
export function runUpload(
  archive: Archive,
  request: UploadRequest,
  tools: UploadTools,
  journal: JobJournal,
  signal?: AbortSignal,
): AsyncIterable<PipelineEvent> {
  return eventsOf<PipelineEvent>(async (tell, stop) => {
    const emit = (event: PipelineEvent): void => {
      journal.note(event);
      tell(event);
    };
    const { keys, patients } = tools;
    const subjectPrefix = checkedPrefix(request.subjectPrefix ?? defaultSubjectPrefix);
    const ledger = new Ledger(emit);
    const started = new Date().toISOString();
    try {
      assertUploadable(request.profile);
      await patients.ready();
      const enabled = await readScripts(archive, request.project, stop);
      const scripts = scriptsToRun(enabled);
      const user = await archive.signIn(stop);
      const filter = new SeriesFilter(await archive.seriesFilters(request.project, stop));
      const { project, profile } = request;
      const question = { archive, project, profile, needsDateOffset: needsDateOffset(profile) };
      const scheme = await schemeOfJob(question, keys, stop);
      const context = contextOf(archive, request, tools, {
        subjectPrefix,
        ledger,
        scheme,
        scripts,
        emit,
      });
      warnUnknownKeys(scheme, context);

      emit({ kind: 'phase', phase: 'discover' });
      const { studies, refusals } = await findStudies(request.inputs, { ...context, filter }, stop);

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
      await journal.begin(review);
      emit({ kind: 'phase', phase: 'upload' });
      const planned = await planStudies(studies, context, stop);
      const series = plannedSeries(planned, context.names);
      emit({ kind: 'planned', series: series.map(({ row }) => row) });
      const rows: ReceiptSeries[] = [];
      await inParallel(
        series,
        context.pace.seriesInParallel,
        async (one, stopOne) => {
          const row = await uploadSeries(one, context, stopOne);
          if (row) rows.push(row);
        },
        stop,
      );

      emit({ kind: 'phase', phase: 'receipt' });
      ledger.progress();
      const counts = ledger.deidentified();
      const receipt = {
        tool: `gift-cloud ${tools.version}`,
        server: archive.serverUrl,
        user,
        profile: request.profile.name,
        scheme: scheme.names.scheme.name,
        ...(scheme.keyId !== undefined && { keyId: scheme.keyId }),
        scripts: enabled.map(digestOf),
        started,
        finished: new Date().toISOString(),
        totals: ledger.totals(),
        refused: ledger.refused(),
        contentReplaced: counts.contentReplaced,
        valuesBlanked: counts.blanked,
        valuesInCodes: counts.reported,
        series: rows,
      };
      await journal.finish(receipt, deidReport(receipt, request.profile, counts, tools.version));
      emit({ kind: 'receipt', receipt });
    } catch (thrown) {
      const error = toGiftCloudError(thrown);
      ledger.settleRest(error);
      await journal.fail(error);
      throw error;
    }
  }, signal);
}

/**
 * Looks before anything is sent whether the profile can be used for it.
 * @throws PROFILE_NOT_AVAILABLE for one that retains UIDs: the archive knows experiments, scans and files by new ones.
 */
function assertUploadable(profile: Profile): void {
  if (profile.options.includes('retainUids')) {
    throw new GiftCloudError(
      'PROFILE_NOT_AVAILABLE',
      'A profile that retains UIDs can not be used for uploads.',
      {
        hint: 'The archive must not hold original UIDs. Use it with local work, or take the option out.',
      },
    );
  }
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

/** What was made with a key that is not here can't be recognised when it comes again. */
function warnUnknownKeys({ unknownKeys }: JobScheme, context: UploadContext): void {
  for (const id of unknownKeys) {
    context.warn(
      'EARLIER_KEY_UNKNOWN',
      `Data of this project was named with the key ${id}, which is not on this machine: objects that are archived already ` +
        'under it are not recognised. Import that key to have them held.',
    );
  }
}

function contextOf(
  archive: Archive,
  request: UploadRequest,
  tools: UploadTools,
  run: {
    readonly subjectPrefix: string;
    readonly ledger: Ledger;
    readonly scheme: JobScheme;
    readonly scripts: readonly ScriptSource[];
    readonly emit: (event: PipelineEvent) => void;
  },
): UploadContext {
  const { subjectPrefix, ledger, scheme, scripts, emit } = run;
  const warned = new Set<string>();
  return {
    archive,
    project: request.project,
    subjectPrefix,
    spares: tools.spares,
    locks: tools.locks,
    logger: tools.logger,
    engine: tools.engine,
    profile: request.profile,
    scripts,
    expectedSubject: request.expectedSubject,
    proof: request.proof ?? 'listed',
    names: scheme.names,
    earlier: scheme.earlier,
    ledger,
    patients: tools.patients,
    pace: tools.pace ?? defaultPace,
    emit,
    warn: (code, message) => {
      if (warned.has(message)) return;
      warned.add(message);
      emit({ kind: 'warning', code, message });
    },
  };
}
