import { l10n, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState, type MarkdownString } from 'vscode';
import type { JobState, QueuedJob } from '../services/queue/types.js';
import { retrieveOutcome } from '../services/retrieve/outcome.js';
import { differenceText } from '../workbench/retrievalTexts.js';
import { serverHost } from '../workbench/serverUrl.js';
import { spokenRow, tableTooltip } from './rowTexts.js';
import { actionsOf, transferChildren, type TransferNode } from './transferNodes.js';
import {
  adviceOn,
  jobDescription,
  jobLabel,
  jobName,
  refusedLabel,
  seriesDescription,
  seriesLabel,
  studyDescription,
  studyLabel,
} from './transferTexts.js';

const stateIcons: Readonly<Record<JobState, readonly [icon: string, color?: string]>> = {
  discovered: ['inbox'],
  waiting: ['clock'],
  'de-identifying': ['sync~spin'],
  sending: ['sync~spin'],
  confirming: ['sync~spin'],
  archived: ['pass', 'testing.iconPassed'],
  held: ['warning', 'list.warningForeground'],
  failed: ['error', 'list.errorForeground'],
  cancelled: ['circle-slash'],
};

/** The editor's form of a row; its tooltip is made when it is asked for. */
export function transferItem(node: TransferNode): TreeItem {
  const item = new TreeItem(labelOf(node), collapsibleState(node));
  const description = descriptionOf(node);
  item.id = node.id;
  item.contextValue = contextOf(node);
  item.iconPath = iconOf(node);
  if (description !== '') item.description = description;
  const name = node.kind === 'job' ? jobName(node.job) : labelOf(node);
  item.accessibilityInformation = { label: spokenRow(name, description) };
  return item;
}

export function transferTooltip(node: TransferNode): MarkdownString | string {
  switch (node.kind) {
    case 'job':
      return jobTooltip(node.job);
    case 'refused':
      return `${node.refused.reason} ${adviceOn(node.refused, node.parent.job.origin)}`;
    default:
      return spokenRow(labelOf(node), descriptionOf(node));
  }
}

function collapsibleState(node: TransferNode): TreeItemCollapsibleState {
  if (transferChildren(node).length === 0) return TreeItemCollapsibleState.None;
  return TreeItemCollapsibleState.Collapsed;
}

function contextOf(node: TransferNode): string {
  if (node.kind !== 'job' && node.kind !== 'unreadable') return node.kind;
  return `${node.kind};${actionsOf(node)
    .map((action) => `${action};`)
    .join('')}`;
}

function labelOf(node: TransferNode): string {
  switch (node.kind) {
    case 'job':
      return jobLabel(node.job);
    case 'study':
      return studyLabel(node.number, node.series);
    case 'series':
      return seriesLabel(node.series);
    case 'refused':
      return refusedLabel(node.refused);
    case 'failure':
      return node.failure.message;
    case 'advice':
      return node.parent.kind === 'failure'
        ? node.parent.failure.hint
        : adviceOn(node.parent.refused, node.parent.parent.job.origin);
    case 'unreadable':
      return l10n.t('A job that can not be read');
  }
}

function descriptionOf(node: TransferNode): string {
  switch (node.kind) {
    case 'job':
      return jobDescription(node.job);
    case 'study':
      return studyDescription(node.series);
    case 'series':
      return seriesDescription(node.series);
    case 'refused':
      return node.refused.reason;
    case 'unreadable':
      return node.job.why === 'newer'
        ? l10n.t('A newer version of GIFT-Cloud made it. It is kept as it is.')
        : l10n.t('Its journal is damaged. It is kept as it is.');
    default:
      return '';
  }
}

function iconOf(node: TransferNode): ThemeIcon {
  switch (node.kind) {
    case 'job':
      return jobIcon(node.job);
    case 'study':
      return new ThemeIcon('beaker');
    case 'series':
      return iconOfState(node.series.state);
    case 'refused':
      return node.refused.status === 'skipped'
        ? new ThemeIcon('debug-step-over')
        : iconOfState(node.refused.status === 'held' ? 'held' : 'failed');
    case 'failure':
      return iconOfState('failed');
    case 'advice':
      return new ThemeIcon('lightbulb');
    case 'unreadable':
      return iconOfState('held');
  }
}

function jobIcon({ paused, active, state }: QueuedJob): ThemeIcon {
  if (paused && !active) return new ThemeIcon('debug-pause');
  // Its process is gone, and the next has not come to it.
  return iconOfState(!active && stateIcons[state][0] === 'sync~spin' ? 'waiting' : state);
}

function iconOfState(state: JobState): ThemeIcon {
  const [icon, color] = stateIcons[state];
  return new ThemeIcon(icon, color === undefined ? undefined : new ThemeColor(color));
}

/** What a retrieval did not bring; the rest has rows of its own. */
function missingText(job: QueuedJob): string {
  const differences = retrieveOutcome(job)?.differences ?? [];
  return differences
    .filter(({ status }) => status === 'missing')
    .map(differenceText)
    .join(' ');
}

function jobTooltip(job: QueuedJob): MarkdownString {
  return tableTooltip(jobName(job), [
    [l10n.t('State'), jobDescription(job)],
    [l10n.t('Account'), `${job.user}@${serverHost(job.server)}`],
    [l10n.t('Project'), job.project],
    [l10n.t('Profile'), job.profile],
    [l10n.t('Begun'), new Date(job.created).toLocaleString()],
    [l10n.t('Attempts'), job.attempts > 0 ? String(job.attempts) : ''],
    [l10n.t('What to do'), job.failure?.hint ?? ''],
    [l10n.t('From the PACS'), missingText(job)],
  ]);
}
