import { delay } from '../support/abortableDelay.js';
import { GiftCloudError } from '../support/errors.js';
import type { CreateResult, SubjectRow, SubjectTree } from '../xnat/archive.js';
import { pseudonymField } from '../xnat/pseudonymFields.js';
import { lockKey, placeOf, type ArchiveContext } from './archiveContext.js';
import { nextSubjectLabel } from './labels.js';
import { settleNotes } from './newSubject.js';
import { sameIdWithoutIssuer, type FoundSubject } from './subjectOfPseudonym.js';
import { newNote, type Turn } from './subjectSteps.js';

const attempts = 10;
/** How often, and how long in ms, another program is waited for that is just making the same subject. */
const looks = 6;
const lookAfter = 100;

/**
 * The subject of a pseudonym on plain XNAT, made when there is none; the caller serialises calls for one pseudonym. XNAT
 * lets several subjects have one value of a custom field, but one subject alone have a label. So a new subject is first
 * made under its pseudonym as label, bare: whoever meets there means the same patient. Then the field is set, listed and
 * compared, and last the subject gets the next free number. A process that dies in between leaves what the next one,
 * on whatever machine, goes on with.
 * Errors: those of the archive, LABEL_RACE_LOST, WRITE_NOT_STORED, PATIENT_AMBIGUOUS.
 */
export async function subjectOnPlainXnat(
  context: ArchiveContext,
  pseudonym: string,
  signal?: AbortSignal,
  withoutIssuer?: string,
): Promise<FoundSubject> {
  const { archive, project } = context;
  const known = await archive.findSubjectByPseudonym(project, pseudonym, signal);
  if (known !== undefined && known.label !== pseudonym) return { tree: known, created: false };
  const ambiguous =
    known === undefined &&
    withoutIssuer !== undefined &&
    (await archive.findSubjectByPseudonym(project, withoutIssuer, signal)) !== undefined;
  if (ambiguous) throw sameIdWithoutIssuer();
  const { tree, ours } = await mapped(context, pseudonym, known, signal);
  const named = ours ? tree : await namedByOther(context, pseudonym, tree, signal);
  if (named.label !== pseudonym) return { tree: named, created: ours };
  const row = await context.locks.run(
    lockKey(context, 'subjects'),
    () => numbered(context, pseudonym, named.id, signal),
    signal,
  );
  return { tree: await again(context, pseudonym, row, signal), created: true };
}

interface MappedSubject {
  readonly tree: SubjectTree;
  /** We made it. */
  readonly ours: boolean;
}

/** A subject that carries the pseudonym, under its pseudonym or already under a number. */
async function mapped(
  context: ArchiveContext,
  pseudonym: string,
  known: SubjectTree | undefined,
  signal: AbortSignal | undefined,
): Promise<MappedSubject> {
  if (known !== undefined) return { tree: known, ours: false };
  const { steps, locks } = context;
  return locks.run(
    lockKey(context, 'subjects'),
    () => steps.inTurn(placeOf(context), (turn) => mapNew(context, turn, pseudonym, signal), signal),
    signal,
  );
}

async function mapNew(
  context: ArchiveContext,
  turn: Turn,
  pseudonym: string,
  signal: AbortSignal | undefined,
): Promise<MappedSubject> {
  const { archive, project } = context;
  const spare = await reusedSpare(context, turn, pseudonym, signal);
  const { id, existed } = spare ?? (await archive.createSubject(project, pseudonym, signal));
  const ours = !existed && id !== '';
  const met = id === '' ? await idUnder(context, pseudonym, signal) : id;
  // Somebody may have come from here to a number since we looked: then the label was free again, and ours is one too many.
  const other = await archive.findSubjectByPseudonym(project, pseudonym, signal);
  if (other !== undefined) {
    if (ours && other.id !== id) await keepSpare(context, turn, pseudonym, id, signal);
    return { tree: other, ours: ours && other.id === id };
  }
  if (met === undefined) throw raceLost();
  // By its accession ID: under a label that is free again the server would make another subject.
  await archive.postPseudonym(project, met, pseudonym, signal);
  const tree = await archive.findSubjectByPseudonym(project, pseudonym, signal);
  if (tree !== undefined) return { tree, ours: ours && tree.id === id };
  throw new GiftCloudError('WRITE_NOT_STORED', 'The server did not keep the pseudonym of a new subject.', {
    hint: 'Ask the project owner whether you may create and change subjects, then repeat the action.',
    retryable: true,
  });
}

/** A subject of ours that was left over, if it is as it was left and nobody stands under the pseudonym. */
async function reusedSpare(
  context: ArchiveContext,
  turn: Turn,
  pseudonym: string,
  signal: AbortSignal | undefined,
): Promise<CreateResult | undefined> {
  const { archive, project } = context;
  const [spare] = await settleNotes(context, turn, signal);
  if (spare === undefined) return undefined;
  await turn.check();
  if (!(await archive.renameSubject(project, spare.id, pseudonym, signal))) return undefined;
  await turn.remove(spare);
  // Whoever slept while another process had the turn finds here that it is a patient's.
  const now = await archive.readSubject(project, spare.id, signal);
  if (
    now?.label !== pseudonym ||
    now.experiments.length > 0 ||
    now.fields.some(({ name }) => name === pseudonymField)
  )
    throw raceLost();
  return { id: spare.id, existed: false };
}

/** A subject that is one too many gets a number, and stays for the next new patient of this state folder. */
async function keepSpare(
  context: ArchiveContext,
  turn: Turn,
  pseudonym: string,
  id: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { label } = await numbered(context, pseudonym, id, signal);
  await turn.write({ ...newNote(label), id });
}

async function idUnder(
  { archive, project }: ArchiveContext,
  label: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  return (await archive.listSubjects(project, signal)).find((row) => row.label === label)?.id;
}

/** Who made the subject gives it its number. Where nobody does, that program is gone, and we do it. */
async function namedByOther(
  { archive, project }: ArchiveContext,
  pseudonym: string,
  tree: SubjectTree,
  signal: AbortSignal | undefined,
): Promise<SubjectTree> {
  let current = tree;
  for (let look = 0; look < looks && current.label === pseudonym; look++) {
    await delay(lookAfter * (1 + Math.random()), signal);
    current = (await archive.findSubjectByPseudonym(project, pseudonym, signal)) ?? current;
  }
  return current;
}

/** List, next free number, rename, list again and compare: whoever finds that he is not alone takes another number. */
async function numbered(
  { archive, project, subjectPrefix }: ArchiveContext,
  pseudonym: string,
  id: string,
  signal: AbortSignal | undefined,
): Promise<SubjectRow> {
  const doubled = new Set<string>();
  for (let attempt = 0; attempt < attempts; attempt++) {
    const rows = await archive.listSubjects(project, signal);
    const own = rows.find((row) => row.id === id);
    const isNumbered = own !== undefined && own.label !== pseudonym;
    if (isNumbered && isAlone(own, rows)) return own;
    if (isNumbered) doubled.add(own.label);
    const taken = new Set([...rows.map((row) => row.label), ...doubled]);
    await archive.renameSubject(project, id, nextSubjectLabel(subjectPrefix, taken), signal);
  }
  throw raceLost();
}

function isAlone(own: SubjectRow, rows: readonly SubjectRow[]): boolean {
  return rows.every((row) => row.id === own.id || row.label !== own.label);
}

/** The last look: pseudonym, accession ID and label belong together. */
async function again(
  { archive, project }: ArchiveContext,
  pseudonym: string,
  { id, label }: SubjectRow,
  signal: AbortSignal | undefined,
): Promise<SubjectTree> {
  const tree = await archive.findSubjectByPseudonym(project, pseudonym, signal);
  if (tree?.id === id && tree.label === label) return tree;
  throw new GiftCloudError('MAPPING_CHANGED', 'A new subject changed while it was made.', {
    hint: 'Repeat the action when fewer uploads run at the same time.',
    retryable: true,
  });
}

function raceLost(): GiftCloudError {
  return new GiftCloudError('LABEL_RACE_LOST', 'Other programs were faster at every new subject.', {
    hint: 'Repeat the action when fewer uploads run at the same time.',
    retryable: true,
  });
}
