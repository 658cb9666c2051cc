import { l10n, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState, type MarkdownString } from 'vscode';
import { commands } from '../workbench/contributions.js';
import { bytes, counted, errorText } from '../workbench/texts.js';
import { joined, spokenRow, tableTooltip } from './rowTexts.js';
import { isArchiveNode, labelOf, type ArchiveNode, type Node } from './nodes.js';

const icons: Readonly<Record<Node['kind'], string>> = {
  project: 'library',
  subject: 'person',
  experiment: 'beaker',
  scan: 'layers',
  resource: 'file-zip',
  loadMore: 'ellipsis',
  problem: 'warning',
};

/** The editor's form of a row; its tooltip is made when it is asked for. */
export function nodeItem(node: Node): TreeItem {
  const item = new TreeItem(textOf(node), collapsibleState(node));
  item.id = node.id;
  item.contextValue = node.kind;
  item.iconPath =
    node.kind === 'problem'
      ? new ThemeIcon(icons.problem, new ThemeColor('list.warningForeground'))
      : new ThemeIcon(icons[node.kind]);
  const description = descriptionOf(node);
  if (description !== '') item.description = description;
  item.accessibilityInformation = { label: spoken(node, description) };
  if (node.kind === 'loadMore') {
    item.command = { command: commands.loadMore, title: l10n.t('Load More'), arguments: [node] };
  }
  return item;
}

function collapsibleState(node: Node): TreeItemCollapsibleState {
  if (!isArchiveNode(node) || node.kind === 'resource') return TreeItemCollapsibleState.None;
  if (node.kind === 'scan' && node.resources.length === 0) return TreeItemCollapsibleState.None;
  return TreeItemCollapsibleState.Collapsed;
}

function textOf(node: Node): string {
  if (node.kind === 'problem') return node.error.message;
  if (node.kind === 'loadMore') return l10n.t('Load more ({0} of {1} shown)', node.shown, node.total);
  const label = labelOf(node);
  // The subject stands above: its label in front of those of its experiments pushes out what tells them apart.
  const above = node.kind === 'experiment' ? `${labelOf(node.parent)}-` : '';
  return label.startsWith(above) && label !== above ? label.slice(above.length) : label;
}

/** Modality, date, file count: what tells one row from the next at a glance. */
function descriptionOf(node: Node): string {
  switch (node.kind) {
    case 'project':
      return node.row.name === node.row.id ? '' : node.row.name;
    case 'subject':
      return day(node.row.insertDate);
    case 'experiment':
      return joined([modality(node.row.xsiType), day(node.row.date)]);
    case 'scan':
      return joined([
        modality(node.row.xsiType),
        node.row.type,
        node.resources.length === 0 ? '' : fileCount(node.resources.map((resource) => resource.fileCount)),
      ]);
    case 'resource':
      return joined([
        fileCount([node.row.fileCount]),
        node.row.fileSize === undefined ? '' : bytes(node.row.fileSize),
      ]);
    case 'problem':
      return node.error.hint;
    case 'loadMore':
      return '';
  }
}

function spoken(node: Node, description: string): string {
  if (node.kind === 'problem') return errorText(node.error);
  const text = textOf(node);
  const name = isArchiveNode(node) ? `${levelName(node)} ${text}` : text;
  return spokenRow(name, description);
}

function levelName(node: ArchiveNode): string {
  switch (node.kind) {
    case 'project':
      return l10n.t('Project');
    case 'subject':
      return l10n.t('Subject');
    case 'experiment':
      return l10n.t('Experiment');
    case 'scan':
      return l10n.t('Scan');
    case 'resource':
      return l10n.t('Resource');
  }
}

/** A table of what the server says about the row. */
export function nodeTooltip(node: Node): MarkdownString | string {
  if (node.kind === 'problem') return errorText(node.error);
  if (!isArchiveNode(node)) return textOf(node);
  return tableTooltip(levelName(node), tooltipRows(node));
}

function tooltipRows(node: ArchiveNode): readonly (readonly [string, string])[] {
  const label = [l10n.t('Label'), labelOf(node)] as const;
  switch (node.kind) {
    case 'project':
      return [label, [l10n.t('Name'), node.row.name], [l10n.t('Description'), node.row.description]];
    case 'subject':
      return [label, [l10n.t('Accession ID'), node.row.id], [l10n.t('Added'), node.row.insertDate]];
    case 'experiment':
      return [
        label,
        [l10n.t('Accession ID'), node.row.id],
        [l10n.t('Type'), node.row.xsiType],
        [l10n.t('Date'), node.row.date],
      ];
    case 'scan':
      return [
        label,
        [l10n.t('Type'), joined([node.row.xsiType, node.row.type])],
        [l10n.t('Series description'), node.row.seriesDescription],
        [l10n.t('Quality'), node.row.quality],
      ];
    case 'resource':
      return [label, [l10n.t('Format'), node.row.format], [l10n.t('Content'), node.row.content]];
  }
}

/** `xnat:mrSessionData` and `xnat:mrScanData` are MR. */
function modality(xsiType: string): string {
  const name = /^[a-z]+:([A-Za-z]+?)(Session|Scan)Data$/.exec(xsiType)?.[1];
  if (name === undefined) return '';
  return name.length <= 4 ? name.toUpperCase() : name;
}

function fileCount(counts: readonly (number | undefined)[]): string {
  if (counts.includes(undefined)) return '';
  return counted.files(counts.reduce<number>((sum, count) => sum + (count ?? 0), 0));
}

function day(date: string): string {
  return /^\d{4}-\d{2}-\d{2}/.exec(date)?.[0] ?? '';
}
