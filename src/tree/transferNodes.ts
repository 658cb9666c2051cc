import { isFinished } from '../services/queue/jobRecord.js';
import { isNode } from './nodes.js';
import { needsSignIn } from '../services/queue/retries.js';
import type {
  JobFailure,
  QueuedJob,
  QueuedSeries,
  RefusedCount,
  UnreadableJob,
} from '../services/queue/types.js';

/** Rows of the view Transfers. They hold labels of the server, counts and sentences; ids are those of the queue. */
export interface JobNode {
  readonly kind: 'job';
  readonly id: string;
  readonly job: QueuedJob;
}

export interface StudyNode {
  readonly kind: 'study';
  readonly id: string;
  readonly parent: JobNode;
  readonly number: string;
  readonly series: readonly QueuedSeries[];
}

export interface SeriesNode {
  readonly kind: 'series';
  readonly id: string;
  readonly parent: StudyNode;
  readonly series: QueuedSeries;
}

/** Files that were not archived, for one reason. */
export interface RefusedNode {
  readonly kind: 'refused';
  readonly id: string;
  readonly parent: JobNode;
  readonly refused: RefusedCount;
}

/** What ended the last attempt. */
export interface FailureNode {
  readonly kind: 'failure';
  readonly id: string;
  readonly parent: JobNode;
  readonly failure: JobFailure;
}

/** What can be done about the row above. */
export interface AdviceNode {
  readonly kind: 'advice';
  readonly id: string;
  readonly parent: RefusedNode | FailureNode;
}

/** An entry of the journal that this version can't read. */
export interface UnreadableNode {
  readonly kind: 'unreadable';
  readonly id: string;
  readonly job: UnreadableJob;
}

export type TransferNode =
  JobNode | StudyNode | SeriesNode | RefusedNode | FailureNode | AdviceNode | UnreadableNode;

/** A row at the top. */
export type TransferRow = JobNode | UnreadableNode;

/** What a person can do with a job; part of the context value of its row, which the menus read. */
export const jobActions = [
  'retry',
  'pause',
  'resume',
  'cancel',
  'release',
  'discard',
  'forget',
  'receipt',
] as const;

export type JobAction = (typeof jobActions)[number];

/** The newest first; entries that can't be read above all. */
export function transferRows(
  jobs: readonly QueuedJob[],
  unreadable: readonly UnreadableJob[],
): readonly TransferRow[] {
  return [
    ...unreadable.map((job): UnreadableNode => ({ kind: 'unreadable', id: `unreadable/${job.id}`, job })),
    ...jobs.map((job): JobNode => ({ kind: 'job', id: `job/${job.id}`, job })).reverse(),
  ];
}

export function transferChildren(node: TransferNode): readonly TransferNode[] {
  switch (node.kind) {
    case 'job':
      return [...failureOf(node), ...refusedOf(node), ...studiesOf(node)];
    case 'study':
      return node.series.map((series) => ({
        kind: 'series',
        id: `${node.id}/${series.id}`,
        parent: node,
        series,
      }));
    case 'refused':
    case 'failure':
      return [{ kind: 'advice', id: `${node.id}/advice`, parent: node }];
    default:
      return [];
  }
}

export function actionsOf({ kind, job }: TransferRow): readonly JobAction[] {
  if (kind === 'unreadable') return job.why === 'damaged' ? ['discard'] : [];
  const { state, paused, active, totals, failure, nextAttempt, receipt } = job;
  const done = isFinished(state);
  const may: Readonly<Record<JobAction, boolean>> = {
    retry:
      !active &&
      (state === 'failed' || state === 'cancelled' || failure !== undefined || nextAttempt !== undefined),
    pause: !done && !paused,
    resume: !done && paused,
    cancel: !done,
    release: done && state !== 'archived' && totals.held > 0,
    discard: done && state !== 'archived',
    forget: state === 'archived',
    receipt: receipt !== undefined,
  };
  return jobActions.filter((action) => may[action]);
}

/** The job that a row belongs to. */
export function jobNodeOf(node: TransferNode): TransferRow {
  return 'parent' in node ? jobNodeOf(node.parent) : node;
}

/** Commands get rows from the editor as anything. */
export function isTransferNode(value: unknown): value is TransferNode {
  return isNode(value);
}

/** Whether nothing goes on by itself. */
export function needsPerson({ state, paused, failure }: QueuedJob): boolean {
  if (state === 'held' || state === 'failed') return true;
  return state === 'waiting' && !paused && failure !== undefined && needsSignIn(failure);
}

/** Instances of a job, as far as they are known, and how many of them are settled. */
export function progressOf({ totals, series }: QueuedJob): { readonly done: number; readonly all: number } {
  const { uploaded, present, held, failed, skipped, files } = totals;
  const planned = series.reduce((sum, { instances }) => sum + instances, 0);
  const under = series.reduce((sum, { done }) => sum + done, 0);
  return {
    done: Math.max(uploaded + present, under),
    all: planned || Math.max(0, files - held - failed - skipped),
  };
}

function failureOf(parent: JobNode): readonly FailureNode[] {
  const { failure, state } = parent.job;
  if (failure === undefined || state === 'archived') return [];
  return [{ kind: 'failure', id: `${parent.id}/failure`, parent, failure }];
}

function refusedOf(parent: JobNode): readonly RefusedNode[] {
  return parent.job.refused.map((refused) => ({
    kind: 'refused',
    id: `${parent.id}/${refused.status} ${refused.code} ${refused.reason}`,
    parent,
    refused,
  }));
}

function studiesOf(parent: JobNode): readonly StudyNode[] {
  const { series: all } = parent.job;
  return [...new Set(all.map(({ study }) => study))].map((number) => ({
    kind: 'study',
    id: `${parent.id}/study ${number}`,
    parent,
    number,
    series: all.filter(({ study }) => study === number),
  }));
}
