import type { SeriesIdentity } from '../deid/clean/cleaned.js';
import type { Profile } from '../deid/profiles/profile.js';
import { scriptError, variablesFor } from '../deid/siteScript.js';
import type { DeidentifyOutcome, ScriptSource, TargetIdentity } from '../deid/types.js';
import type { Pseudonymiser } from '../keys/pseudonymiser.js';
import type { OwnStudy } from '../subjects/ownData.js';
import { GiftCloudError, throwIfAborted } from '../support/errors.js';
import type { DeidEngine } from '../worker/deidEngine.js';
import { ahead } from './events.js';
import type { SourceInstance } from './types.js';

/** Enough that the way to the worker costs nothing, few enough that headers of any size fit into memory. */
const batchSize = 16;

/** An object, who it becomes, and how its dates move. */
export interface NamedInstance {
  readonly source: SourceInstance;
  readonly identity: TargetIdentity;
  /** Days by which the dates of its patient move, for profiles that move them. */
  readonly dateOffsetDays?: number;
  /** What the objects of its series say about the patient. */
  readonly series: SeriesIdentity;
  /** What the server proves about a study that was de-identified before. */
  readonly own?: OwnStudy;
}

export interface AnonymisedInstance {
  readonly source: SourceInstance;
  readonly outcome: DeidentifyOutcome;
}

/** What XNAT calls the project of a session that belongs to none. */
const noProject = 'Unassigned';

/** What the stage needs to know beside the objects. */
export interface AnonymiseContext {
  readonly engine: DeidEngine;
  readonly profile: Profile;
  readonly names: Pick<Pseudonymiser, 'scheme'>;
  /** Scripts to run before the profile; none where the profile does what they do. */
  readonly scripts?: readonly ScriptSource[];
  /** What scripts know as `project`. */
  readonly project?: string;
}

/**
 * Stage "anonymise": the profile on every object, in the order given, one batch ahead of what is asked for. Objects that
 * can't be made safe come out as held or failed with the reason. Errors: CANCELLED, INTERNAL when the worker died;
 * KEY_MISSING when the profile moves dates and nothing says by how much: then no object is safe; SCRIPT_ERROR when a script
 * fails on an object.
 */
export async function* anonymise(
  instances: readonly NamedInstance[],
  context: AnonymiseContext,
  signal?: AbortSignal,
): AsyncGenerator<AnonymisedInstance, void, undefined> {
  for await (const batch of ahead(batches(instances, context, signal))) yield* batch;
}

async function* batches(
  instances: readonly NamedInstance[],
  { engine, profile, names, scripts = [], project = noProject }: AnonymiseContext,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly AnonymisedInstance[], void, undefined> {
  for (let start = 0; start < instances.length; start += batchSize) {
    throwIfAborted(signal);
    const batch = instances.slice(start, start + batchSize);
    const outcomes = await engine.deidentify(
      batch.map(({ source, own, ...whom }) => ({
        path: source.path,
        request: {
          ...{ profile, ...whom, scheme: names.scheme, stamp: source.summary.stamp },
          ...(own && { ownUids: ownUidsOf(source, own) }),
          ...(scripts.length > 0 && {
            scripts,
            variables: variablesFor(project, whom.identity.patientName, whom.identity.patientId),
          }),
        },
      })),
      signal,
    );
    for (const outcome of outcomes) {
      if (outcome.status === 'verified') continue;
      if (outcome.code === 'KEY_MISSING') throw keyMissing();
      if (outcome.code === 'SCRIPT_ERROR') throw scriptError(outcome.reason);
    }
    yield batch.flatMap(({ source }, at) => {
      const outcome = outcomes[at];
      return outcome === undefined ? [] : [{ source, outcome }];
    });
  }
}

/** An object that is proved itself needs no other proof (`keepingOwn`): with all of them a series would grow with its square. */
function ownUidsOf({ summary }: SourceInstance, { uids }: OwnStudy): readonly string[] {
  return uids.has(summary.sopInstanceUid) ? [summary.sopInstanceUid] : [...uids];
}

/** Ends a run whose profile moves dates where there is no key to say by how much. */
export function keyMissing(): GiftCloudError {
  return new GiftCloudError(
    'KEY_MISSING',
    'The profile moves dates by an offset of each patient, and there is no key to make it from.',
    {
      hint: 'Nothing was sent or written. Create or import the key of the project, or use a profile without it.',
    },
  );
}
