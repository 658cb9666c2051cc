import { needsDateOffset, type Profile } from '../deid/profiles/profile.js';
import { scriptsToRun } from '../deid/siteScript.js';
import type { ScriptSource } from '../deid/types.js';
import { plainFiles, type Sources } from '../dicom/sources.js';
import type { UploadRequest } from '../createServices.js';
import { schemeOfJob, type JobScheme } from '../keys/jobScheme.js';
import type { KeyStore } from '../keys/keyStore.js';
import type { PatientMemory } from '../patients/types.js';
import { defaultSubjectPrefix, checkedPrefix } from '../subjects/labels.js';
import { settleSubjects } from '../subjects/subjectOfPseudonym.js';
import type { SubjectSteps } from '../subjects/subjectSteps.js';
import { cancelled, GiftCloudError, throwIfAborted, toGiftCloudError } from '../support/errors.js';
import type { KeyedLock } from '../support/keyedLock.js';
import type { Logger } from '../support/logger.js';
import type { DeidEngine } from '../worker/deidEngine.js';
import type { Archive, ServerScript } from '../xnat/archive.js';
import { deidReport, digestOf } from './deidReport.js';
import { defaultPace, type UploadContext, type UploadPace } from './context.js';
import { eventsOf, inParallel } from './events.js';
import { findStudies } from './found.js';
import type { Grouping } from './group.js';
import type { ImportSource } from './importSource.js';
import { Ledger } from './ledger.js';
import { sampleOf } from './preview.js';
import { planStudies } from './planStudies.js';
import { plannedSeries } from './plannedSeries.js';
import type { ReceiptSeries } from './receipt.js';
import { rehearseScripts } from './rehearseScripts.js';
import { reviewedName } from './reviewed.js';
import { reviewOf } from './review.js';
import { routeInto } from './route.js';
import { SeriesFilter } from './seriesFilter.js';
import type { JobJournal, PipelineEvent, Warning } from './types.js';
import { settleWhoIsWho } from './whoIsWho.js';

/** What uploads of one process share. */
export interface UploadTools {
  readonly version: string;
  readonly engine: DeidEngine;
  /** How the inputs are opened; as files unless told otherwise. */
  readonly sources?: Sources;
  readonly steps: SubjectSteps;
  readonly importSource: ImportSource;
  readonly locks: KeyedLock;
  readonly keys: KeyStore;
  readonly patients: PatientMemory;
  readonly logger: Logger;
  readonly pace?: UploadPace;
}

/**
 * The upload, on one page: discover > group > (review) > pseudonymise > anonymise > redact > verify > package > upload >
 * confirm > receipt; the stages from pseudonymise to confirm run per load of a route: a series (uploadSeries.ts), or on plain
 * XNAT a study (uploadStudy.ts).
 * Every input file gets exactly one `file` event. Errors that end the run (design: exit codes) are thrown after the last
 * event: those of the archive, SCRIPT_ERROR, SERIES_FILTER_ERROR, PROFILE_NOT_AVAILABLE, SCHEME_MISMATCH, KEY_MISSING, PASSPHRASE_WRONG,
 * INVALID_LABEL, EXTENSION_MISSING, UID_CHANGED, CANCELLED.
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
      const route = await routeInto(archive, request.project, stop);
      const filter = new SeriesFilter(await archive.seriesFilters(request.project, stop));
      const { project, profile } = request;
      const question = { archive, project, profile, needsDateOffset: needsDateOffset(profile) };
      const scheme = await schemeOfJob(question, keys, stop);
      const warnings: Warning[] = [];
      const context = contextOf(archive, request, tools, {
        warnings,
        subjectPrefix,
        ledger,
        scheme,
        scripts,
        emit,
      });
      warnUnknownKeys(scheme, context);

      emit({ kind: 'phase', phase: 'discover' });
      const { reviewed } = request;
      const whoIsWho = (grouping: Grouping): Promise<Grouping> =>
        settleWhoIsWho(grouping, context, request.whoIsWho, stop);
      const found = await findStudies(request.inputs, { ...context, filter, reviewed, whoIsWho }, stop);
      const { studies, refusals } = found;

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
      await journal.begin(review, request.confirm && new Set(found.instances.map(reviewedName)));
      emit({ kind: 'phase', phase: 'upload' });
      const planned = await planStudies(studies, context, stop);
      const series = plannedSeries(planned, context.names);
      emit({ kind: 'planned', series: series.map(({ row }) => row) });
      const rows: ReceiptSeries[] = [];
      await inParallel(
        route.loads(series),
        context.pace.seriesInParallel,
        async (load, stopOne) => {
          rows.push(...(await route.send(load, context, stopOne)));
        },
        stop,
      );

      await settleLeftovers(context, stop);

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
        warnings,
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

/** What is left of new subjects is named; that it could not be looked at spoils no upload that is done. */
async function settleLeftovers(context: UploadContext, signal: AbortSignal): Promise<void> {
  try {
    await settleSubjects(context, signal);
  } catch (thrown) {
    throwIfAborted(signal);
    const { code, message } = toGiftCloudError(thrown);
    context.warn(code, `Subjects that may be left over could not be looked at: ${message}`);
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
    readonly warnings: Warning[];
    readonly ledger: Ledger;
    readonly scheme: JobScheme;
    readonly scripts: readonly ScriptSource[];
    readonly emit: (event: PipelineEvent) => void;
  },
): UploadContext {
  const { subjectPrefix, warnings, ledger, scheme, scripts, emit } = run;
  return {
    archive,
    project: request.project,
    subjectPrefix,
    steps: tools.steps,
    importSource: tools.importSource,
    locks: tools.locks,
    logger: tools.logger,
    engine: tools.engine,
    sources: tools.sources ?? plainFiles,
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
      if (warnings.some((warning) => warning.message === message)) return;
      warnings.push({ code, message });
      emit({ kind: 'warning', code, message });
    },
  };
}
