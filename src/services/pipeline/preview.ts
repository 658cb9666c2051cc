import type { SeriesIdentity } from '../deid/clean/cleaned.js';
import { addCounts, noCounts, type CountTotals } from '../deid/counts.js';
import type { ExplainOutcome, KeptText } from '../deid/explain/types.js';
import { needsDateOffset, type Profile } from '../deid/profiles/profile.js';
import { variablesFor } from '../deid/siteScript.js';
import type { DeidentificationRequest, Refusal, ScriptSource } from '../deid/types.js';
import { giftCloudPseudonymiser } from '../keys/pseudonymiser.js';
import type { DeidEngine } from '../worker/deidEngine.js';
import { eventsOf } from './events.js';
import { findStudies } from './found.js';
import { Ledger } from './ledger.js';
import { countRefusals } from './review.js';
import { seriesIdentity } from './seriesIdentity.js';
import type { PipelineEvent, RefusalCount, SourceSeries, SourceStudy } from './types.js';

export interface PreviewRequest {
  /** Files and folders, as for an upload. */
  readonly inputs: readonly string[];
  readonly profile: Profile;
  /** Project of the upload that is previewed, where it is known. */
  readonly project?: string;
  /** DicomEdit scripts that run before the profile. */
  readonly scripts?: readonly ScriptSource[];
}

/** What the objects become. */
export type PreviewedAs = Omit<PreviewRequest, 'inputs'>;

/** A file that would not be sent as things stand. `path` is local and identifying: never logged. */
export interface RefusedFile {
  /** Position in the input. */
  readonly index: number;
  readonly path: string;
  readonly refusal: Refusal;
}

export interface PreviewSummary {
  /** Objects that the numbers are about. */
  readonly objects: number;
  readonly counts: CountTotals;
  /** Attributes that stay as they are. */
  readonly kept: number;
  /** Different texts that stay, with the number of objects that each stands in. */
  readonly texts: readonly (KeptText & { readonly objects: number })[];
  /** What would not be sent and why: seen at first sight, or found when the object was made and checked. */
  readonly refused: readonly RefusalCount[];
}

export type PreviewEvent =
  | { readonly kind: 'discovering'; readonly filesSeen: number; readonly instances: number }
  | {
      readonly kind: 'found';
      readonly studies: readonly SourceStudy[];
      readonly refused: readonly RefusedFile[];
    }
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'summary'; readonly summary: PreviewSummary };

/** Enough that the way to the worker costs nothing, few enough for progress and cancel. */
const batchSize = 32;
const mostTexts = 500;
const mostSampled = 64;
/** How far the dates of a patient really move is the secret of the project's key: the preview shows that they do. */
const exampleOffsetDays = -1000;

/**
 * What an upload of these files would do to them: discover > group, then every object made, checked and forgotten again.
 * Nothing is sent or written. Errors: CANCELLED, INTERNAL when the worker died.
 */
export function runPreview(
  request: PreviewRequest,
  engine: DeidEngine,
  signal?: AbortSignal,
): AsyncIterable<PreviewEvent> {
  return eventsOf<PreviewEvent>(async (emit, stop) => {
    const refused: RefusedFile[] = [];
    const note = (event: PipelineEvent): void => {
      if (event.kind === 'discovering') emit(event);
      if (event.kind === 'file') {
        const refusal = refusalIn(event);
        if (refusal) refused.push({ index: event.index, path: event.path, refusal });
      }
    };
    const ledger = new Ledger(note);
    const names = giftCloudPseudonymiser();
    const { studies } = await findStudies(request.inputs, { engine, ledger, names, emit: note }, stop);
    emit({ kind: 'found', studies, refused });

    const objects = studies.flatMap(({ series }) => series.flatMap(previewed));
    const sum = new Sum(refused.map(({ refusal }) => refusal));
    await addAll(sum, objects, request, engine, stop, (done) =>
      emit({ kind: 'progress', done, total: objects.length }),
    );
    emit({ kind: 'summary', summary: sum.summary });
  }, signal);
}

/** What would become of the first object of each series, of the first of them where there are many: a quick look. */
export async function sampleOf(
  studies: readonly SourceStudy[],
  request: PreviewedAs,
  engine: DeidEngine,
  signal: AbortSignal,
): Promise<PreviewSummary> {
  const objects = studies.flatMap(({ series }) => series.flatMap((one) => previewed(one).slice(0, 1)));
  const sum = new Sum([]);
  await addAll(sum, objects.slice(0, mostSampled), request, engine, signal);
  return sum.summary;
}

/** An object, and what its series says about the patient: an upload looks for all of it. */
interface Previewed {
  readonly path: string;
  readonly series: SeriesIdentity;
}

function previewed({ instances }: SourceSeries): readonly Previewed[] {
  const series = seriesIdentity(instances);
  return instances.map(({ path }) => ({ path, series }));
}

async function addAll(
  sum: Sum,
  objects: readonly Previewed[],
  request: PreviewedAs,
  engine: DeidEngine,
  signal: AbortSignal,
  onProgress?: (done: number) => void,
): Promise<void> {
  for (let at = 0; at < objects.length; at += batchSize) {
    onProgress?.(at);
    const batch = objects.slice(at, at + batchSize);
    const items = batch.map(({ path, series }) => ({
      path,
      request: { ...previewedAs(request), series },
      rows: false,
    }));
    for (const outcome of await engine.explain(items, signal)) sum.add(outcome);
  }
}

/** Every line of one file, before and after. The answer holds identifiers: for the screen alone. */
export async function explainFile(
  path: string,
  request: PreviewedAs,
  engine: DeidEngine,
  signal?: AbortSignal,
): Promise<ExplainOutcome | undefined> {
  const [outcome] = await engine.explain([{ path, request: previewedAs(request), rows: true }], signal);
  return outcome;
}

/** The labels that the object gets are known only when the server was asked: these words stand in their place. */
function previewedAs({ profile, project = 'PROJECT', scripts = [] }: PreviewedAs): DeidentificationRequest {
  const [subject, experiment] = ['SUBJECT', 'EXPERIMENT'];
  return {
    profile,
    ...(needsDateOffset(profile) && { dateOffsetDays: exampleOffsetDays }),
    identity: { patientName: subject, patientId: experiment, studyDescription: project },
    ...(scripts.length > 0 && { scripts, variables: variablesFor(project, subject, experiment) }),
  };
}

function refusalIn({ status, code, reason }: Extract<PipelineEvent, { kind: 'file' }>): Refusal | undefined {
  const refused = status === 'held' || status === 'failed' || status === 'skipped';
  if (!refused || code === undefined || code === 'CONTENT_REPLACED' || code === 'VALUES_BLANKED')
    return undefined;
  return { status, code, reason: reason ?? '' };
}

class Sum {
  private objects = 0;
  private counts = noCounts;
  private kept = 0;
  private readonly texts = new Map<string, KeptText & { readonly objects: number }>();
  private readonly refusals: Refusal[];

  constructor(refusals: readonly Refusal[]) {
    this.refusals = [...refusals];
  }

  get summary(): PreviewSummary {
    const { objects, counts, kept } = this;
    const texts = [...this.texts.values()];
    return { objects, counts, kept, texts, refused: countRefusals(this.refusals) };
  }

  add(outcome: ExplainOutcome): void {
    if (outcome.status !== 'explained') this.refusals.push(outcome);
    else if (outcome.held) this.refusals.push(outcome.held);
    if (outcome.status !== 'explained' || !outcome.counts) return;
    this.objects++;
    this.counts = addCounts(this.counts, outcome.counts);
    this.kept += outcome.kept;
    for (const text of outcome.texts) this.note(text);
  }

  private note(text: KeptText): void {
    const key = `${text.tag} ${text.text}`;
    const objects = (this.texts.get(key)?.objects ?? 0) + 1;
    if (objects > 1 || this.texts.size < mostTexts) this.texts.set(key, { ...text, objects });
  }
}
