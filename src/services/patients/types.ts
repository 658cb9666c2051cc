import type { InstanceSummary, Refusal } from '../deid/types.js';

/** Who a patient is as the files say it. Identifiers: memory, the key file and the patient list alone. */
export type PatientIdentity = Pick<
  InstanceSummary,
  'patientName' | 'patientId' | 'issuerOfPatientId' | 'patientBirthDate'
>;

/** A project on a server, the scope of a pseudonym. */
export interface ProjectOnServer {
  /** Address as `Archive.serverUrl` gives it. */
  readonly server: string;
  readonly project: string;
}

interface Fact extends ProjectOnServer {
  /** When it was confirmed, in ms since 1970: of two facts about one thing the later one holds. */
  readonly at: number;
  /** `2_25_<n>`, as the server keeps it. */
  readonly pseudonym: string;
}

/** The server maps the pseudonym of this patient to this subject. */
export interface PatientFact extends Fact {
  readonly kind: 'patient';
  readonly subject: string;
  readonly identity: PatientIdentity;
}

/** A study of the patient is this experiment. */
export interface StudyFact extends Fact {
  readonly kind: 'study';
  /** Hashed Study Instance UID in the server's spelling. */
  readonly studyUid: string;
  readonly experiment: string;
  /** As the objects have it, `YYYYMMDD` as a rule; empty when they have none. */
  readonly studyDate: string;
  readonly accessionNumber: string;
}

/** A person has said who somebody is of whom nobody could tell; asked no more. */
export interface DecisionFact extends Fact {
  readonly kind: 'decision';
  readonly identity: PatientIdentity;
  /** Whoever the Patient ID says, also under another key of the project: then the pseudonym is empty. */
  readonly byPatientId: boolean;
}

export type KeyFact = PatientFact | StudyFact | DecisionFact;

export type KnownStudy = Pick<StudyFact, 'studyUid' | 'experiment' | 'studyDate' | 'accessionNumber'>;

/** All that the key file says about one patient of one project. */
export interface KnownPatient extends ProjectOnServer {
  readonly pseudonym: string;
  readonly subject: string;
  /** Each way in which the patient was written, the latest first; never empty. */
  readonly identities: readonly [PatientIdentity, ...PatientIdentity[]];
  readonly studies: readonly KnownStudy[];
}

/** What a person said: a pseudonym that stands for this patient, or that the Patient ID is right. */
export type Decision = Pick<DecisionFact, 'byPatientId' | 'pseudonym'>;

/** A study with the place that the server was seen to give it. */
export type PlacedStudy = Omit<PatientFact, 'kind' | 'at'> & KnownStudy;

/**
 * What this machine remembers of patients, as the pipeline sees it. Identifiers go this way and no other: never through
 * events or logs.
 */
export interface PatientMemory {
  /** Looks before anything is sent whether it can be read and written. @throws KEY_MISSING */
  ready(): Promise<void>;
  /**
   * Why a patient may be somebody else than the one who is known here by this patient ID, if there is a doubt: another
   * birth date, name or issuer than before. A spelling that a person has accepted once is no doubt.
   * @param where `issuerCounts`: the issuer is part of the pseudonym, so that two issuers are two patients anyway.
   * @throws KEY_MISSING
   */
  doubtAbout(
    identity: PatientIdentity,
    where: ProjectOnServer & { readonly issuerCounts: boolean },
  ): Promise<Refusal | undefined>;
  /** What a person has said of exactly this identity. @throws KEY_MISSING */
  decisionOn(identity: PatientIdentity, where: ProjectOnServer): Promise<Decision | undefined>;
  /** Who goes by the Patient ID of an identity in a project. @throws KEY_MISSING */
  namesakes(identity: PatientIdentity, where: ProjectOnServer): Promise<readonly KnownPatient[]>;
  /** Resolves when it is remembered for good. @throws KEY_MISSING, DISK_FULL */
  decided(identity: PatientIdentity, where: ProjectOnServer, decision: Decision): Promise<void>;
  /** Resolves when it is remembered for good, also through `kill -9`. @throws KEY_MISSING, DISK_FULL */
  placed(study: PlacedStudy): Promise<void>;
}
