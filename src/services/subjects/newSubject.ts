import { isTransient, readAgain } from '../pipeline/transient.js';
import { delay } from '../support/abortableDelay.js';
import { GiftCloudError, toGiftCloudError } from '../support/errors.js';
import { shielded } from '../support/shielded.js';
import type { CreateResult, SubjectDocument, SubjectTree } from '../xnat/archive.js';
import type { ArchiveContext } from './archiveContext.js';
import { nextSubjectLabel } from './labels.js';
import { markPrefix, newNote, type SubjectNote, type Turn } from './subjectSteps.js';

const attempts = 10;
/** How long a request may still be on its way whose sender is gone, in ms. */
const onItsWay = 10 * 60 * 1000;
/** Most of the wait before a read is tried again. */
const againMs = 500;
/** Values of marks: of whoever may have made the subject, and of whoever knows that he came second. */
const first = 'first';
const second = 'second';
/** How often, and how long in ms, a mark is waited for that is taken back. */
const looks = 4;
const lookAgainMs = 150;

/** A subject that is ours: the server was seen to give its label to us alone, and no pseudonym points to it. */
export type OwnSubject = SubjectNote & { readonly id: string; readonly pseudonym?: undefined };
/** A subject that was ours when a pseudonym was, or may have been, posted for it. */
type Mapping = SubjectNote & { readonly id: string; readonly pseudonym: string };

/**
 * Brings what earlier turns left to its end: a subject whose PUT was not answered is recognised by its mark, a pseudonym
 * that may have been posted is read, or posted. Gives the subjects that are left over; at most one, unless prefixes change.
 * Errors: those of the archive, KEY_MISSING, STATE_UNREADABLE, LEASE_LOST.
 */
export async function settleNotes(
  context: ArchiveContext,
  turn: Turn,
  signal?: AbortSignal,
): Promise<readonly OwnSubject[]> {
  const spares: OwnSubject[] = [];
  for (const note of await turn.notes()) {
    const own = await settle(context, turn, note, signal);
    if (own !== undefined) spares.push(own);
  }
  return spares;
}

async function settle(
  context: ArchiveContext,
  turn: Turn,
  note: SubjectNote,
  signal: AbortSignal | undefined,
): Promise<OwnSubject | undefined> {
  if (hasPseudonym(note)) return settleMapping(context, turn, note, signal);
  if (note.cameSecond) {
    await yieldTo(context, turn, note, signal);
    return undefined;
  }
  return isMade(note) ? stillSpare(context, turn, note, signal) : recognise(context, turn, note, signal);
}

/**
 * Gives the pseudonym a subject of ours: POST, GET back. The server's row decides: of racing writers several get 201 and
 * the last one wins (GIFT-Cloud server, observed). A subject that lost stays ours.
 */
export async function mapPseudonym(
  context: ArchiveContext,
  turn: Turn,
  made: OwnSubject,
  pseudonym: string,
  signal?: AbortSignal,
): Promise<{ readonly tree: SubjectTree; readonly won: boolean }> {
  const note = { ...made, at: Date.now(), pseudonym: await turn.seal(pseudonym, made) };
  await turn.write(note);
  const { tree, lost } = await shielded((inner) => postAndRead(context, note, pseudonym, inner), signal);
  if (tree === undefined) {
    // Nothing points to it, nothing is on its way, and it is good for anybody.
    if (isRefused(lost)) await turn.write(withoutPseudonym(note));
    throw notMapped({ lost });
  }
  if (isOf(tree, note)) await turn.remove(note);
  else if (lost === undefined) await turn.write(withoutPseudonym(note));
  return { tree, won: isOf(tree, note) };
}

/** List, next free number, PUT, list again and compare: only a label that the server gave to us alone is used. */
export async function makeSubject(
  context: ArchiveContext,
  turn: Turn,
  signal?: AbortSignal,
): Promise<OwnSubject> {
  const { archive, project, subjectPrefix } = context;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const rows = await archive.listSubjects(project, signal);
    const taken = new Set(rows.map((row) => row.label));
    const label = nextSubjectLabel(subjectPrefix, taken);
    // A PUT that never got there is sent again under its mark: should it arrive after all, it is still ours.
    const pending = (await turn.notes()).find((note) => note.id === undefined && note.label === label);
    const note = pending ?? (await turn.write(newNote(label)));
    const own = await shielded(
      (inner) => putSubject(context, turn, note, pending === undefined, inner),
      signal,
    );
    if (own !== undefined) return own;
  }
  throw new GiftCloudError('LABEL_RACE_LOST', 'Other programs took every new subject number first.', {
    hint: 'Repeat the action when fewer uploads run at the same time.',
    retryable: true,
  });
}

async function putSubject(
  context: ArchiveContext,
  turn: Turn,
  note: SubjectNote,
  isFirst: boolean,
  signal: AbortSignal,
): Promise<OwnSubject | undefined> {
  const { archive, project } = context;
  // Nothing is stored of a first PUT that was refused; of an earlier one nobody knows.
  const endRefused = async (): Promise<void> => (isFirst ? turn.remove(note) : undefined);
  await turn.check();
  let answer: CreateResult;
  try {
    answer = await archive.createSubject(project, note.label, signal, { name: note.mark, value: first });
  } catch (error) {
    if (isRefused(error)) await endRefused();
    if (!isTransient(error)) throw error;
    return recognise(context, turn, note, signal);
  }
  const { id, existed } = answer;
  if (existed || id === '') {
    if (id === '') await endRefused();
    else await yieldTo(context, turn, await turn.write({ ...note, cameSecond: true }), signal);
    return undefined;
  }
  const own = await turn.write({ ...note, id });
  const rows = (await archive.listSubjects(project, signal)).filter(({ label }) => label === note.label);
  if (rows.length === 1 && rows[0]?.id === id) return own as OwnSubject;
  await turn.remove(note);
  return undefined;
}

/** Whoever was first may have lost the answer, and must not take our mark for that of another first one. */
async function yieldTo(
  { archive, project }: ArchiveContext,
  turn: Turn,
  note: SubjectNote,
  signal: AbortSignal | undefined,
): Promise<void> {
  if ((await archive.readSubject(project, note.label, signal)) !== undefined)
    await archive.createSubject(project, note.label, signal, { name: note.mark, value: second });
  await turn.remove(note);
}

/**
 * Whether a subject whose PUT was not answered is ours. Whoever made it has left its mark with it; a PUT that came second
 * adds its own, and says so as soon as it knows. So a subject with no other mark of a first one was made by us.
 */
async function recognise(
  context: ArchiveContext,
  turn: Turn,
  note: SubjectNote,
  signal: AbortSignal | undefined,
): Promise<OwnSubject | undefined> {
  for (let look = 1; ; look++) {
    const there = await context.archive.readSubject(context.project, note.label, signal);
    const marks = (there?.fields ?? []).filter(({ name }) => name.startsWith(markPrefix));
    const firsts = marks.filter(({ value }) => value === first).map(({ name }) => name);
    if (there?.label === note.label) {
      // We have never sent anything there.
      if (!firsts.includes(note.mark) || there.experiments.length > 0) {
        await turn.remove(note);
        return undefined;
      }
      if (firsts.length === 1) {
        const own = (await turn.write({ ...note, id: there.id })) as OwnSubject;
        return stillSpare(context, turn, own, signal);
      }
    }
    // Not there yet, or two marks of which one may still be taken back: the note stays.
    if (there !== undefined && look < looks) await delay(lookAgainMs, signal);
    else {
      if (Date.now() - note.at > onItsWay) await giveUp(context, turn, note, there);
      return undefined;
    }
  }
}

/** Nobody can say any more whose it is, so nobody uses it. */
async function giveUp(
  context: ArchiveContext,
  turn: Turn,
  note: SubjectNote,
  there: SubjectDocument | undefined,
): Promise<void> {
  await turn.remove(note);
  if (there === undefined || there.experiments.length > 0) return;
  context.warn(
    'LEFT_SUBJECT',
    `Subject ${note.label} is empty, and two programs may have made it: neither uses it. Ask a project owner to look at it.`,
  );
}

/** A subject that was left over, if a fresh look shows it as it was left: there, ours and empty. */
async function stillSpare(
  { archive, project }: ArchiveContext,
  turn: Turn,
  note: OwnSubject,
  signal: AbortSignal | undefined,
): Promise<OwnSubject | undefined> {
  const there = await archive.readSubject(project, note.label, signal);
  if (there?.id === note.id && there.label === note.label && there.experiments.length === 0) return note;
  await turn.remove(note);
  return undefined;
}

/**
 * What became of a pseudonym that may have been posted; posted now when nothing did. A subject that it does not point to is
 * free for others once no earlier post can be on its way any more: one that comes late would give it two patients.
 */
async function settleMapping(
  context: ArchiveContext,
  turn: Turn,
  note: Mapping,
  signal: AbortSignal | undefined,
): Promise<OwnSubject | undefined> {
  const pseudonym = await turn.open(note);
  let tree = await context.archive.findSubjectByPseudonym(context.project, pseudonym, signal);
  let unanswered: SubjectNote = note;
  if (tree === undefined) {
    const again = await turn.write({ ...note, at: Date.now() });
    const posted = await shielded((inner) => postAndRead(context, note, pseudonym, inner), signal);
    tree = posted.tree;
    if (tree === undefined && !isRefused(posted.lost)) throw notMapped(posted);
    // Of this post it is known what became of it, of the earlier one it is not.
    const isAnswered = posted.lost === undefined || isRefused(posted.lost);
    unanswered = isAnswered ? await turn.write(note) : again;
  }
  if (tree !== undefined && isOf(tree, note)) await turn.remove(note);
  else if (Date.now() - unanswered.at > onItsWay) {
    const freed = await turn.write(withoutPseudonym(note));
    return stillSpare(context, turn, freed as OwnSubject, signal);
  }
  return undefined;
}

interface Posted {
  /** Where the pseudonym points now. */
  readonly tree: SubjectTree | undefined;
  /** Why nobody knows, or why the server said no, when the answer to the post was no success. */
  readonly lost?: unknown;
}

/** Errors: those of reading it back. */
async function postAndRead(
  { archive, project }: ArchiveContext,
  { id }: Mapping,
  pseudonym: string,
  signal: AbortSignal,
): Promise<Posted> {
  let lost: unknown;
  try {
    // By its accession ID: a post that comes late must not meet another subject under the label.
    await archive.postPseudonym(project, id, pseudonym, signal);
  } catch (error) {
    lost = error;
  }
  const find = (): Promise<SubjectTree | undefined> =>
    archive.findSubjectByPseudonym(project, pseudonym, signal);
  return { tree: await readAgain(find, againMs, signal), lost };
}

function notMapped({ lost }: Pick<Posted, 'lost'>): GiftCloudError {
  if (lost !== undefined) return toGiftCloudError(lost);
  return new GiftCloudError('WRITE_NOT_STORED', 'The server did not keep the pseudonym of a new subject.', {
    hint: 'Ask the project owner whether you may create subjects, then repeat the action.',
    retryable: true,
  });
}

/** Whether the server said no: then nothing was stored. After any other error nobody can tell. */
function isRefused(error: unknown): boolean {
  const status = GiftCloudError.is(error) ? (error.status ?? 0) : 0;
  return status >= 400 && status < 500;
}

function isOf(tree: SubjectTree, { id, label }: SubjectNote): boolean {
  return tree.id === id && tree.label === label;
}

function withoutPseudonym({ pseudonym: _, ...note }: SubjectNote): SubjectNote {
  return note;
}

function isMade(note: SubjectNote): note is OwnSubject {
  return note.id !== undefined && note.pseudonym === undefined;
}

function hasPseudonym(note: SubjectNote): note is Mapping {
  return note.id !== undefined && note.pseudonym !== undefined;
}
