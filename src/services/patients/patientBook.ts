import { identityFacts, patientKey } from '../pipeline/patientIdentity.js';
import type {
  Decision,
  DecisionFact,
  KeyFact,
  KnownPatient,
  PatientFact,
  PatientIdentity,
  ProjectOnServer,
  StudyFact,
} from './types.js';

interface Entry {
  /** By what makes identities different. */
  readonly identities: Map<string, PatientFact>;
  readonly studies: Map<string, StudyFact>;
}

/**
 * The facts of the key file, put together. Facts may come in any order and any number of times: the same set of them
 * always gives the same book, so that files may be merged while they are read.
 */
export class PatientBook {
  private readonly entries = new Map<string, Entry>();
  private readonly byPatientId = new Map<string, Set<Entry>>();
  /** By project and identity. */
  private readonly decisions = new Map<string, DecisionFact>();

  add(fact: KeyFact): void {
    if (fact.kind === 'decision') {
      keepLater(this.decisions, decisionKey(fact.identity, fact), fact);
      return;
    }
    const { identities, studies } = this.entryOf(fact);
    if (fact.kind === 'study') keepLater(studies, fact.studyUid, fact);
    else keepLater(identities, identityKey(fact.identity), fact);
  }

  /** Whether a fact would tell nothing new, `at` apart. */
  knows(fact: KeyFact): boolean {
    if (fact.kind === 'decision') {
      const { byPatientId, pseudonym } = this.decisionOn(fact.identity, fact) ?? {};
      return byPatientId === fact.byPatientId && pseudonym === fact.pseudonym;
    }
    const entry = this.entries.get(entryKey(fact));
    if (entry === undefined) return false;
    if (fact.kind === 'study') {
      const known = entry.studies.get(fact.studyUid);
      return known !== undefined && sameStudy(known, fact);
    }
    const known = entry.identities.get(identityKey(fact.identity));
    return (
      known !== undefined &&
      sameIdentity(known.identity, fact.identity) &&
      latestFirst(entry)[0]?.subject === fact.subject
    );
  }

  patients(): readonly KnownPatient[] {
    return [...this.entries.values()].flatMap((entry) => knownPatient(entry) ?? []);
  }

  /** Patients of a project that go by this patient ID, whatever its issuer. */
  withPatientId(identity: PatientIdentity, where: ProjectOnServer): readonly KnownPatient[] {
    const entries = this.byPatientId.get(idKey(identity, where)) ?? [];
    return [...entries].flatMap((entry) => knownPatient(entry) ?? []);
  }

  /** What a person has said of exactly this identity. */
  decisionOn(identity: PatientIdentity, where: ProjectOnServer): Decision | undefined {
    return this.decisions.get(decisionKey(identity, where));
  }

  /** Everything in it, as few facts as say it. */
  facts(): readonly KeyFact[] {
    const known = [...this.entries.values()].flatMap(({ identities, studies }) => [
      ...identities.values(),
      ...studies.values(),
    ]);
    return [...known, ...this.decisions.values()];
  }

  private entryOf(fact: PatientFact | StudyFact): Entry {
    const key = entryKey(fact);
    const entry = this.entries.get(key) ?? { identities: new Map(), studies: new Map() };
    this.entries.set(key, entry);
    if (fact.kind === 'patient') {
      const id = idKey(fact.identity, fact);
      const known = this.byPatientId.get(id);
      if (known) known.add(entry);
      else this.byPatientId.set(id, new Set([entry]));
    }
    return entry;
  }
}

/** What makes two identities different: spelling differences that are none do not count. */
export function identityKey(identity: PatientIdentity): string {
  return JSON.stringify([patientKey(identity), ...identityFacts(identity)]);
}

function knownPatient(entry: Entry): KnownPatient | undefined {
  const [latest, ...others] = latestFirst(entry);
  // A study whose patient stands in a file that could not be read.
  if (latest === undefined) return undefined;
  const { server, project, pseudonym, subject } = latest;
  return {
    ...{ server, project, pseudonym, subject },
    identities: [latest.identity, ...others.map(({ identity }) => identity)],
    studies: [...entry.studies.values()].map(({ studyUid, experiment, studyDate, accessionNumber }) => ({
      ...{ studyUid, experiment, studyDate, accessionNumber },
    })),
  };
}

function latestFirst({ identities }: Entry): readonly PatientFact[] {
  return [...identities.values()].sort((a, b) => (later(a, b) ? -1 : 1));
}

function keepLater<T extends KeyFact>(facts: Map<string, T>, key: string, fact: T): void {
  const known = facts.get(key);
  if (known === undefined || later(fact, known)) facts.set(key, fact);
}

/** Of two facts of one moment it does not matter which one holds, as long as it is always the same. */
function later(a: KeyFact, b: KeyFact): boolean {
  return a.at === b.at ? JSON.stringify(a) > JSON.stringify(b) : a.at > b.at;
}

function sameStudy(a: StudyFact, b: StudyFact): boolean {
  return (
    a.experiment === b.experiment && a.studyDate === b.studyDate && a.accessionNumber === b.accessionNumber
  );
}

/** As it is written, too: a name that is no longer in capitals is worth a new row. */
function sameIdentity(a: PatientIdentity, b: PatientIdentity): boolean {
  return (
    a.patientName === b.patientName &&
    a.patientId === b.patientId &&
    a.issuerOfPatientId === b.issuerOfPatientId &&
    a.patientBirthDate === b.patientBirthDate
  );
}

function decisionKey(identity: PatientIdentity, { server, project }: ProjectOnServer): string {
  return JSON.stringify([server, project, identityKey(identity)]);
}

function entryKey({ server, project, pseudonym }: KeyFact): string {
  return JSON.stringify([server, project, pseudonym]);
}

function idKey(identity: PatientIdentity, { server, project }: ProjectOnServer): string {
  return JSON.stringify([server, project, patientKey(identity)]);
}
