import { l10n, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import { listenerSettings } from '../workbench/dicomSettings.js';
import type { ListenerView } from '../workbench/listenerDesk.js';
import { listenerText } from '../workbench/listenerTexts.js';
import type { TestResult } from '../workbench/findings.js';
import { retrieveText } from '../workbench/nodeQuestions.js';
import { nodeActionsOf, type DicomNode, type RemoteRow } from './dicomNodes.js';
import { joined, spokenRow, tableTooltip } from './rowTexts.js';

/** The editor's form of a row. */
export function dicomNodeItem(row: DicomNode, listener: ListenerView): TreeItem {
  const { Collapsed, None } = TreeItemCollapsibleState;
  const label = labelOf(row);
  const description = descriptionOf(row, listener);
  const item = new TreeItem(label, row.kind === 'own' ? Collapsed : None);
  item.id = row.id;
  item.description = description;
  item.contextValue = `${row.kind};${nodeActionsOf(row, listener)
    .map((action) => `${action};`)
    .join('')}`;
  item.iconPath = iconOf(row, listener);
  item.tooltip = row.kind === 'remote' ? remoteTooltip(row) : spokenRow(label, description);
  item.accessibilityInformation = { label: spokenRow(label, description) };
  return item;
}

function labelOf(row: DicomNode): string {
  switch (row.kind) {
    case 'own':
      return listenerSettings().aeTitle;
    case 'detail':
      return row.label;
    case 'remote':
      return row.node.name;
    case 'broken':
      return row.problem.name === ''
        ? l10n.t('Entry {0} of the settings', row.problem.index + 1)
        : row.problem.name;
  }
}

function descriptionOf(row: DicomNode, listener: ListenerView): string {
  switch (row.kind) {
    case 'own':
      return listener.configured || listener.state !== 'stopped'
        ? listenerText(listener, listener.reception?.listener.port ?? listenerSettings().port)
        : l10n.t('not set up');
    case 'detail':
      return row.value;
    case 'remote':
      return joined([addressOf(row), row.result?.text ?? '', row.result?.hint ?? '']);
    case 'broken':
      return row.problem.reason;
  }
}

function addressOf({ node: { aeTitle, host, port, tls } }: RemoteRow): string {
  const address = `${aeTitle}@${host}:${port}`;
  return tls ? l10n.t('{0} (TLS)', address) : address;
}

function remoteTooltip(row: RemoteRow) {
  const { node, result } = row;
  return tableTooltip(node.name, [
    [l10n.t('Address'), addressOf(row)],
    [l10n.t('Our AE title'), node.callingAe === '' ? listenerSettings().aeTitle : node.callingAe],
    [l10n.t('How images are fetched'), retrieveText(node.retrieve)],
    [l10n.t('Test'), result?.text ?? ''],
    [l10n.t('What to do'), result?.hint ?? ''],
  ]);
}

function iconOf(row: DicomNode, { state, reception }: ListenerView): ThemeIcon {
  switch (row.kind) {
    case 'own':
      if (state === 'failed') return coloured('error', 'list.errorForeground');
      if (state !== 'listening') return new ThemeIcon(state === 'stopped' ? 'circle-slash' : 'sync~spin');
      return (reception?.listener.associations ?? 0) > 0
        ? new ThemeIcon('sync~spin')
        : coloured('radio-tower', 'testing.iconPassed');
    case 'detail':
      return new ThemeIcon(row.icon);
    case 'remote':
      return iconOfResult(row.result);
    case 'broken':
      return coloured('warning', 'list.warningForeground');
  }
}

function iconOfResult(result: TestResult | undefined): ThemeIcon {
  switch (result?.outcome) {
    case 'running':
      return new ThemeIcon('sync~spin');
    case 'good':
      return coloured('pass', 'testing.iconPassed');
    case 'bad':
      return coloured('error', 'list.errorForeground');
    default:
      return new ThemeIcon('server');
  }
}

function coloured(icon: string, color: string): ThemeIcon {
  return new ThemeIcon(icon, new ThemeColor(color));
}
