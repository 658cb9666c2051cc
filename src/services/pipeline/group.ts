import type { InstanceSummary, Refusal } from '../deid/types.js';
import { plainFiles, type Sources } from '../dicom/sources.js';
import { Duplicates } from './duplicates.js';
import { contradictory, issuerKey, patientKey } from './patientIdentity.js';
import type { SourceInstance, SourceSeries, SourceStudy } from './types.js';

export interface RefusedInstance {
  readonly instance: SourceInstance;
  readonly refusal: Refusal;
}

/** A study of which a person may say whose it is; nobody else can. */
export interface DoubtfulStudy {
  readonly study: SourceStudy;
  readonly refusal: Refusal;
}

export interface Grouping {
  readonly studies: readonly SourceStudy[];
  readonly refused: readonly RefusedInstance[];
  readonly doubtful: readonly DoubtfulStudy[];
}

/** Holds what is doubtful, where nobody is asked. */
export function holdDoubtful({ studies, refused, doubtful }: Grouping): Grouping {
  const held = doubtful.flatMap(({ study, refusal }) => refusalsOf(study, refusal));
  return { studies, refused: [...refused, ...held], doubtful: [] };
}

/** One refusal for all instances of a study. */
export function refusalsOf({ series }: SourceStudy, refusal: Refusal): readonly RefusedInstance[] {
  return series.flatMap(({ instances }) => instances.map((instance) => ({ instance, refusal })));
}

const noPatient: Refusal = {
  status: 'held',
  code: 'PATIENT_ID_MISSING',
  reason: 'The object has no Patient ID, so nobody can say whose it is.',
};
const twoPeople: Refusal = {
  status: 'held',
  code: 'PATIENT_AMBIGUOUS',
  reason: 'One Patient ID stands with different names, birth dates or issuers: these may be two people.',
};
const twoPatientIds: Refusal = {
  status: 'held',
  code: 'PATIENT_AMBIGUOUS',
  reason: 'One study holds two Patient IDs.',
};
const noUids: Refusal = {
  status: 'failed',
  code: 'DICOM_DAMAGED',
  reason: 'The object has no study, series or instance UID.',
};

/**
 * Stage "group": sorts instances strictly by Patient ID, Study Instance UID and Series Instance UID. What may belong to
 * somebody else is held, never merged (design: "who is who"). Errors: CANCELLED.
 * @param issuerCounts whether the issuer is part of the pseudonym.
 */
export async function group(
  instances: readonly SourceInstance[],
  signal?: AbortSignal,
  issuerCounts = false,
  sources: Sources = plainFiles,
): Promise<Grouping> {
  const refused: RefusedInstance[] = [];
  const held = doubtfulPatients(instances, issuerCounts);
  const split = studiesOfTwoPatients(instances);
  const duplicates = new Duplicates(sources);
  const sure: SourceInstance[] = [];
  const unsure = new Map<Refusal, SourceInstance[]>();
  for (const instance of instances) {
    const { summary } = instance;
    const doubted = doubt(summary, patientKey(summary), split, held);
    const asked = doubted === noPatient || doubted === twoPeople;
    const refusal = (asked ? undefined : doubted) ?? (await duplicates.check(instance, signal));
    if (refusal !== undefined) refused.push({ instance, refusal });
    else if (asked) at(unsure, doubted, () => []).push(instance);
    else sure.push(instance);
  }
  const doubtful: DoubtfulStudy[] = [];
  for (const [refusal, members] of unsure) {
    for (const study of studiesOf(members)) {
      // Two people within one study are nothing that one answer could settle.
      if (contradictory(summariesOf(study), issuerCounts)) refused.push(...refusalsOf(study, twoPeople));
      else doubtful.push({ study, refusal });
    }
  }
  return { studies: studiesOf(sure), refused, doubtful };
}

function studiesOf(instances: readonly SourceInstance[]): readonly SourceStudy[] {
  const patients = new Map<string, Map<string, Map<string, SourceInstance[]>>>();
  for (const instance of instances) {
    const { summary } = instance;
    const studies = at(patients, patientKey(summary), () => new Map<string, Map<string, SourceInstance[]>>());
    const series = at(studies, summary.studyInstanceUid, () => new Map<string, SourceInstance[]>());
    at(series, summary.seriesInstanceUid, () => []).push(instance);
  }
  return [...patients].flatMap(([patientId, ofPatient]) =>
    [...ofPatient].map(([studyInstanceUid, series]): SourceStudy => ({
      patientId,
      issuer: issuerOf(series),
      studyInstanceUid,
      series: [...series].map(([uid, members]) => describeSeries(uid, members)),
    })),
  );
}

function summariesOf({ series }: SourceStudy): readonly InstanceSummary[] {
  return series.flatMap(({ instances }) => instances.map(({ summary }) => summary));
}

function doubt(
  summary: InstanceSummary,
  patient: string,
  split: ReadonlySet<string>,
  held: ReadonlySet<string>,
): Refusal | undefined {
  const { studyInstanceUid, seriesInstanceUid, sopInstanceUid } = summary;
  if (studyInstanceUid === '' || seriesInstanceUid === '' || sopInstanceUid === '') return noUids;
  if (patient === '') return noPatient;
  if (split.has(studyInstanceUid)) return twoPatientIds;
  return held.has(patient) ? twoPeople : undefined;
}

function doubtfulPatients(instances: readonly SourceInstance[], issuerCounts: boolean): ReadonlySet<string> {
  const byPatient = new Map<string, SourceInstance['summary'][]>();
  for (const { summary } of instances) at(byPatient, patientKey(summary), () => []).push(summary);
  return new Set(
    [...byPatient]
      .filter(([, summaries]) => contradictory(summaries, issuerCounts))
      .map(([patient]) => patient),
  );
}

function studiesOfTwoPatients(instances: readonly SourceInstance[]): ReadonlySet<string> {
  const owner = new Map<string, string>();
  const split = new Set<string>();
  for (const { summary } of instances) {
    const patient = patientKey(summary);
    if (patient === '') continue;
    const known = at(owner, summary.studyInstanceUid, () => patient);
    if (known !== patient) split.add(summary.studyInstanceUid);
  }
  return split;
}

/** The issuer that the objects of a study name, the same for all that name one. */
function issuerOf(series: ReadonlyMap<string, readonly SourceInstance[]>): string {
  const instances = [...series.values()].flat();
  return instances.map(({ summary }) => issuerKey(summary)).find((issuer) => issuer !== '') ?? '';
}

/** Type of a series: what most of its objects are, the first of equals. */
function describeSeries(seriesInstanceUid: string, instances: readonly SourceInstance[]): SourceSeries {
  return {
    seriesInstanceUid,
    modality: commonest(instances.map(({ summary }) => summary.modality)),
    sopClassUid: commonest(instances.map(({ summary }) => summary.sopClassUid)),
    instances,
  };
}

function commonest(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '';
}

function at<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
