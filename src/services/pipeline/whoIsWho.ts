import { randomUUID } from 'node:crypto';
import { needsDateOffset } from '../deid/profiles/profile.js';
import type { Refusal } from '../deid/types.js';
import { identityKey } from '../patients/patientBook.js';
import type { Decision, PatientIdentity } from '../patients/types.js';
import { placeOf } from '../subjects/archiveContext.js';
import { pseudonymOf } from '../subjects/pseudonyms.js';
import { sameIdWithoutIssuer } from '../subjects/subjectOfPseudonym.js';
import { subjectPseudonym } from '../subjects/subjectPseudonym.js';
import type { UploadContext } from './context.js';
import type { DoubtfulStudy, Grouping } from './group.js';
import { identityOf } from './rememberPatients.js';
import type { AskWhoIsWho, DoubtfulPatient, PatientAnswer, SourceStudy } from './types.js';

/** Studies of one person, as far as anybody can tell. */
interface Person {
  readonly identity: PatientIdentity;
  readonly first: DoubtfulStudy;
  readonly members: readonly DoubtfulStudy[];
}

const datesMove: Refusal = {
  status: 'held',
  code: 'PATIENT_AMBIGUOUS',
  reason: 'The profile moves dates: nobody can say by how much those of this subject were moved.',
};

/**
 * Says who is who where the objects do not: studies without a Patient ID, and those whose Patient ID this machine or the
 * project knows with another name, birth date or issuer. What a person said before holds; the rest is asked, where
 * somebody can be asked, or stays in doubt. Never a silent merge (design: safety, 4).
 * Errors: those of the archive, KEY_MISSING, DISK_FULL.
 */
export async function settleWhoIsWho(
  grouping: Grouping,
  context: UploadContext,
  ask: AskWhoIsWho | undefined,
  signal: AbortSignal,
): Promise<Grouping> {
  const studies: SourceStudy[] = [];
  const doubtful: DoubtfulStudy[] = [];
  const look = async (study: SourceStudy, refusal: Refusal | undefined): Promise<void> => {
    const known = await decisionOn(study, context);
    if (known !== undefined) studies.push(withDecision(study, known, context));
    else if (refusal === undefined) studies.push(study);
    else doubtful.push({ study, refusal });
  };
  for (const study of grouping.studies) {
    const refusal = await doubtAbout(study, context);
    await look(study, refusal ?? (ask && (await doubtOfServer(study, context, signal))));
  }
  for (const { study, refusal } of grouping.doubtful) await look(study, refusal);
  if (ask === undefined || doubtful.length === 0) return { ...grouping, studies, doubtful };
  const people = peopleOf(doubtful);
  const questions = await Promise.all(people.map((person) => questionOn(person, context, signal)));
  const answers = await ask(questions, signal);
  const held: DoubtfulStudy[] = [];
  for (const [at, { identity, members }] of people.entries()) {
    const decision = await decide(answers[at] ?? { kind: 'hold' }, context, signal);
    if (decision === undefined || 'status' in decision) {
      held.push(...members.map(({ study, refusal }) => ({ study, refusal: decision ?? refusal })));
      continue;
    }
    if (isRecognisable(identity)) await context.patients.decided(identity, placeOf(context), decision);
    studies.push(...members.map(({ study }) => withDecision(study, decision, context)));
  }
  return { ...grouping, studies, doubtful: held };
}

/** Whether this machine knows somebody else by the Patient ID of a study (PatientMemory). */
function doubtAbout(study: SourceStudy, context: UploadContext): Promise<Refusal | undefined> {
  const where = { ...placeOf(context), issuerCounts: context.names.issuerCounts };
  return context.patients.doubtAbout(identityOf(study), where);
}

/** Whether the project knows the Patient ID without its issuer: uploads hold that where nobody can be asked. */
async function doubtOfServer(
  study: SourceStudy,
  { archive, project, names }: UploadContext,
  signal: AbortSignal,
): Promise<Refusal | undefined> {
  if (names.scheme.name !== 'keyed' || study.issuer === '') return undefined;
  const isKnown = async (issuer: string): Promise<boolean> =>
    (await archive.findSubjectByPseudonym(project, names.pseudonym({ ...study, issuer }), signal)) !==
    undefined;
  if ((await isKnown(study.issuer)) || !(await isKnown(''))) return undefined;
  const { message: reason } = sameIdWithoutIssuer();
  return { status: 'held', code: 'PATIENT_AMBIGUOUS', reason };
}

async function decisionOn(study: SourceStudy, context: UploadContext): Promise<Decision | undefined> {
  const identity = identityOf(study);
  return isRecognisable(identity) ? context.patients.decisionOn(identity, placeOf(context)) : undefined;
}

function withDecision(study: SourceStudy, decision: Decision, { names }: UploadContext): SourceStudy {
  return { ...study, decided: decision.byPatientId ? names.pseudonym(study) : decision.pseudonym };
}

/** Of two without a Patient ID nobody knows that they are one person, unless name and birth date say so. */
function isRecognisable({ patientId, patientName, patientBirthDate }: PatientIdentity): boolean {
  return isSaid(patientId) || (isSaid(patientName) && isSaid(patientBirthDate));
}

function isSaid(text: string | undefined): boolean {
  return /[^\u0000-\u0020]/.test(text ?? '');
}

function peopleOf(doubtful: readonly DoubtfulStudy[]): readonly Person[] {
  const people = new Map<string, Person & { readonly members: DoubtfulStudy[] }>();
  for (const [at, one] of doubtful.entries()) {
    const identity = identityOf(one.study);
    const key = isRecognisable(identity) ? identityKey(identity) : `study ${at}`;
    const person = people.get(key);
    if (person) person.members.push(one);
    else people.set(key, { identity, first: one, members: [one] });
  }
  return [...people.values()];
}

async function questionOn(
  { identity, first, members }: Person,
  context: UploadContext,
  signal: AbortSignal,
): Promise<DoubtfulPatient> {
  const { archive, project, names, patients } = context;
  const series = members.flatMap(({ study }) => study.series);
  const byId = isSaid(identity.patientId);
  const subject =
    byId && (await archive.findSubjectByPseudonym(project, names.pseudonym(first.study), signal))?.label;
  return {
    identity,
    refusal: first.refusal,
    ...(subject && { subject }),
    studies: members.length,
    instances: series.reduce((sum, { instances }) => sum + instances.length, 0),
    byPatientId: byId,
    namesakes: byId ? await patients.namesakes(identity, placeOf(context)) : [],
  };
}

/** The pseudonym that an answer stands for; undefined for one that is held, a refusal for one that can not be done. */
async function decide(
  answer: PatientAnswer,
  context: UploadContext,
  signal: AbortSignal,
): Promise<Decision | Refusal | undefined> {
  switch (answer.kind) {
    case 'hold':
      return undefined;
    case 'byPatientId':
      return { byPatientId: true, pseudonym: '' };
    case 'new':
      return { byPatientId: false, pseudonym: pseudonymOf(`GIFT-Cloud person\n${randomUUID()}`) ?? '' };
    case 'subject':
      if (needsDateOffset(context.profile)) return datesMove;
      return { byPatientId: false, pseudonym: await subjectPseudonym(context, answer.subject, signal) };
  }
}
