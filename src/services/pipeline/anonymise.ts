import { scriptError, variablesFor } from '../deid/siteScript.js';
import type { DeidentifyOutcome, ProfileName, ScriptSource, TargetIdentity } from '../deid/types.js';
import { throwIfAborted } from '../support/errors.js';
import type { DeidEngine } from '../worker/deidEngine.js';
import { ahead } from './events.js';
import type { SourceInstance } from './types.js';

/** Enough that the way to the worker costs nothing, few enough that headers of any size fit into memory. */
const batchSize = 16;

/** An object and who it becomes. */
export interface NamedInstance {
  readonly source: SourceInstance;
  readonly identity: TargetIdentity;
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
  readonly profile: ProfileName;
  /** Scripts to run before the profile; none where the profile does what they do. */
  readonly scripts?: readonly ScriptSource[];
  /** What scripts know as `project`. */
  readonly project?: string;
}

/**
 * Stage "anonymise": the profile on every object, in the order given, one batch ahead of what is asked for. Objects that
 * can't be made safe come out as held or failed with the reason.
 * Errors: SCRIPT_ERROR when a script fails on an object; CANCELLED, INTERNAL when the worker died.
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
  { engine, profile, scripts = [], project = noProject }: AnonymiseContext,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly AnonymisedInstance[], void, undefined> {
  for (let start = 0; start < instances.length; start += batchSize) {
    throwIfAborted(signal);
    const batch = instances.slice(start, start + batchSize);
    const outcomes = await engine.deidentify(
      batch.map(({ source, identity }) => ({
        path: source.path,
        request: {
          ...{ profile, identity, stamp: source.summary.stamp },
          ...(scripts.length > 0 && {
            scripts,
            variables: variablesFor(project, identity.patientName, identity.patientId),
          }),
        },
      })),
      signal,
    );
    for (const outcome of outcomes) {
      if (outcome.status !== 'verified' && outcome.code === 'SCRIPT_ERROR') throw scriptError(outcome.reason);
    }
    yield batch.flatMap(({ source }, at) => {
      const outcome = outcomes[at];
      return outcome === undefined ? [] : [{ source, outcome }];
    });
  }
}
