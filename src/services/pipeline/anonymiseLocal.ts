import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import type { AnonymiseRequest } from '../createServices.js';
import { scriptsToRun } from '../deid/siteScript.js';
import { GiftCloudError, toGiftCloudError } from '../support/errors.js';
import type { DeidEngine } from '../worker/deidEngine.js';
import type { ObjectWriter } from '../worker/objectWriter.js';
import { assertLabel } from '../xnat/labels.js';
import { anonymise } from './anonymise.js';
import { eventsOf } from './events.js';
import { findStudies } from './found.js';
import { Ledger, type FileResult } from './ledger.js';
import { pseudonymise } from './pseudonymise.js';
import { redact } from './redact.js';
import { rehearseScripts } from './rehearseScripts.js';
import type { PipelineEvent, SourceInstance } from './types.js';
import { verify } from './verify.js';
import { writeFolder } from './writeFolder.js';

export interface LocalTools {
  readonly engine: DeidEngine;
  readonly writer: ObjectWriter;
}

/**
 * De-identifies files into a folder of this machine: discover > group > pseudonymise > anonymise > redact > verify >
 * write, as `<study uid>/<series uid>/<sop uid>.dcm` with the new UIDs. Without subject and experiment the pseudonym
 * stands for both, so that patients stay apart. Every input file gets exactly one `file` event.
 * Errors: USAGE when the output folder and an input lie in each other, SCRIPT_ERROR before anything is written,
 * CANCELLED, INTERNAL.
 */
export function runAnonymise(
  request: AnonymiseRequest,
  { engine, writer }: LocalTools,
  signal?: AbortSignal,
): AsyncIterable<PipelineEvent> {
  return eventsOf<PipelineEvent>(async (emit, stop) => {
    if (request.subject !== undefined) assertLabel('subject', request.subject);
    if (request.experiment !== undefined) assertLabel('experiment', request.experiment);
    await assertApart(request.inputs, request.outFolder);
    const scripts = scriptsToRun(request.scripts ?? []);
    const ledger = new Ledger(emit);
    try {
      emit({ kind: 'phase', phase: 'discover' });
      const tell = (event: PipelineEvent): void => {
        if (event.kind === 'discovering') writer.expect(event.instances);
        emit(event);
      };
      const { studies } = await findStudies(request.inputs, { engine, ledger, emit: tell }, stop);
      emit({ kind: 'phase', phase: 'anonymise' });
      const context = { engine, profile: request.profile, scripts };
      await rehearseScripts(studies, context, stop);
      const instances = studies.map(pseudonymise).flatMap(({ study, pseudonym }) => {
        const identity = {
          patientName: request.subject ?? pseudonym,
          patientId: request.experiment ?? pseudonym,
        };
        return study.series.flatMap((series) => series.instances.map((source) => ({ source, identity })));
      });
      const settle = (source: SourceInstance, result: FileResult): void => {
        ledger.settle(source, result);
        ledger.advance(1);
      };
      const verified = verify(redact(anonymise(instances, context, stop)), settle);
      await writeFolder(verified, resolve(request.outFolder), writer, settle, stop);
      ledger.progress();
    } catch (thrown) {
      const error = toGiftCloudError(thrown);
      ledger.settleRest(error);
      throw error;
    }
  }, signal);
}

/**
 * An output that lies in an input would be found as input the next time, and the other way round be overwritten.
 * @throws USAGE
 */
export async function assertApart(inputs: readonly string[], outFolder: string): Promise<void> {
  const out = await realPath(resolve(outFolder));
  for (const input of inputs) {
    const path = await realPath(resolve(input));
    if (contains(path, out) || contains(out, path)) {
      throw new GiftCloudError('USAGE', 'The output folder and an input lie in each other.', {
        hint: 'Choose an output folder beside the inputs.',
      });
    }
  }
}

/** Real path of a file that may not be there yet: that of its nearest parent, and the rest. */
async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : resolve(await realPath(parent), relative(parent, path));
  }
}

function contains(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
