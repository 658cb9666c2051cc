import { l10n } from 'vscode';
import type { RowState, Rule, ShownValue } from '../../services/deid/explain/types.js';
import { bytes } from '../../workbench/texts.js';

export function stateText(state: RowState): string {
  switch (state) {
    case 'kept':
      return l10n.t('kept');
    case 'removed':
      return l10n.t('removed');
    case 'emptied':
      return l10n.t('emptied');
    case 'replaced':
      return l10n.t('replaced');
    case 'uidReplaced':
      return l10n.t('UID replaced');
    case 'added':
      return l10n.t('added');
  }
}

/** The rule in short; what it did is told beside it. Letters are those of PS3.15 table E.1-1a. */
export function ruleText(rule: Rule): string {
  switch (rule.kind) {
    case 'table':
      return l10n.t('Table E.1-1, {0}', rule.action);
    case 'beyond':
      return l10n.t('beyond the table, {0}', rule.action);
    case 'private':
      return l10n.t('private element');
    case 'unknown':
      return l10n.t('unknown element');
    case 'identity':
      return l10n.t('label on the server');
    case 'mark':
      return l10n.t('mark of the method');
    case 'uid':
      return l10n.t('UID of an instance');
    case 'within':
      return l10n.t('goes with its sequence');
    case 'format':
      return l10n.t('made anew');
    case 'option':
      return l10n.t('option or script');
    case 'none':
      return '';
  }
}

export function valueText(value: ShownValue): string {
  if (typeof value === 'string') return value;
  if ('bytes' in value) return bytes(value.bytes);
  return value.items === 1 ? l10n.t('1 item') : l10n.t('{0} items', value.items);
}
