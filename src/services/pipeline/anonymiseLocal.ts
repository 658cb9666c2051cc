import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import type { AnonymiseRequest } from '../createServices.js';
import { needsDateOffset } from '../deid/profiles/profile.js';
import { scriptsToRun } from '../deid/siteScript.js';
import type { KeyStore } from '../keys/keyStore.js';
import { giftCloudPseudonymiser, pseudonymiserOf, type Pseudonymiser } from '../keys/pseudonymiser.js';
import { giftCloudScheme } from '../keys/scheme.js';
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
import { seriesIdentity } from './seriesIdentity.js';
import type { PipelineEvent, SourceInstance } from './types.js';
import { verify } from './verify.js';
import { writeFolder } from './writeFolder.js';

export interface LocalTools {
  readonly engine: DeidEngine;
  readonly writer: ObjectWriter;
  readonly keys: KeyStore;
}

/**
 * De-identifies files into a folder of this machine: discover > group > pseudonymise > anonymise > redact > verify >
 * write, as `<study uid>/<series uid>/<sop uid>.dcm` with the new UIDs. Without subject and experiment the pseudonym
 * stands for both, so that patients stay apart. Every input file gets exactly one `file` event.
 * Errors: USAGE when the output folder and an input lie in each other, KEY_MISSING, PASSPHRASE_WRONG, SCRIPT_ERROR before
 * anything is written, CANCELLED, INTERNAL.
 */
export function runAnonymise(
  request: AnonymiseRequest,
  { engine, writer, keys }: LocalTools,
  signal?: AbortSignal,
): AsyncIterable<PipelineEvent> {
  return eventsOf<PipelineEvent>(async (emit, stop) => {
    if (request.subject !== undefined) assertLabel('subject', request.subject);
    if (request.experiment !== undefined) assertLabel('experiment', request.experiment);
    await assertApart(request.inputs, request.outFolder);
    const scripts = scriptsToRun(request.scripts ?? []);
    const ledger = new Ledger(emit);
    try {
      const names = await localNames(request, keys, emit);
      emit({ kind: 'phase', phase: 'discover' });
      const tell = (event: PipelineEvent): void => {
        if (event.kind === 'discovering') writer.expect(event.instances);
        emit(event);
      };
      const { studies } = await findStudies(request.inputs, { engine, ledger, names, emit: tell }, stop);
      emit({ kind: 'phase', phase: 'anonymise' });
      const context = { engine, names, profile: request.profile, scripts };
      await rehearseScripts(studies, context, stop);
      const planned = studies.map((study) => pseudonymise(study, names));
      const instances = planned.flatMap(({ study, pseudonym, dateOffsetDays }) => {
        const identity = {
          patientName: request.subject ?? pseudonym,
          patientId: request.experiment ?? pseudonym,
        };
        const whom = { identity, ...(dateOffsetDays !== undefined && { dateOffsetDays }) };
        return study.series.flatMap(({ instances: sources }) => {
          const series = seriesIdentity(sources);
          return sources.map((source) => ({ source, ...whom, series }));
        });
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

/** Names of local work; the key `local` is read, or made with a word, only where the scheme or the profile needs one. */
async function localNames(
  { profile, scheme = 'gift-cloud' }: AnonymiseRequest,
  keys: KeyStore,
  emit: (event: PipelineEvent) => void,
): Promise<Pseudonymiser> {
  const movesDates = needsDateOffset(profile);
  if (scheme === 'gift-cloud' && !movesDates) return giftCloudPseudonymiser();
  const { key, created } = await keys.ensureLocal();
  if (created) {
    const message =
      `A key for local work was made (${key.id}). Keep a copy of it with "gift-cloud key export --project local": ` +
      'without it nothing made later fits what is made now.';
    emit({ kind: 'warning', code: 'KEY_CREATED', message });
  }
  const named = scheme === 'keyed' ? { name: scheme, keyId: key.id, key: key.key } : giftCloudScheme;
  return pseudonymiserOf(named, movesDates ? key.key : undefined);
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
