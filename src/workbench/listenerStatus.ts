import { l10n, StatusBarAlignment, ThemeColor, window, type StatusBarItem } from 'vscode';
import { Disposable } from '../services/support/disposable.js';
import { views } from './contributions.js';
import { listenerSettings } from './dicomSettings.js';
import { listenerText } from './listenerTexts.js';
import type { ListenerDesk, ListenerView } from './listenerDesk.js';

/** The listener in the status bar, from the moment that somebody set it up; a click leads to the view DICOM Nodes. */
export class ListenerStatusItem extends Disposable {
  readonly item: StatusBarItem;

  constructor(private readonly desk: ListenerDesk) {
    super();
    this.item = this.register(window.createStatusBarItem('giftcloud.listener', StatusBarAlignment.Left, 0));
    this.item.name = l10n.t('GIFT-Cloud Listener');
    this.item.command = `${views.nodes}.focus`;
    this.register(desk.onDidChange(() => this.show()));
    this.show();
  }

  private show(): void {
    const { item } = this;
    const { view } = this.desk;
    if (!view.configured) {
      item.hide();
      return;
    }
    const { aeTitle, port } = listenerSettings();
    const bound = view.reception?.listener.port ?? port;
    const text = listenerText(view, bound);
    item.text = `$(${iconOf(view)}) ${aeTitle} :${bound}`;
    item.tooltip = text;
    item.accessibilityInformation = { label: l10n.t('DICOM listener {0}: {1}', aeTitle, text) };
    item.backgroundColor =
      view.state === 'failed' ? new ThemeColor('statusBarItem.errorBackground') : undefined;
    item.show();
  }
}

function iconOf({ state, reception }: ListenerView): string {
  if (state === 'failed') return 'error';
  if (state === 'starting' || state === 'draining') return 'sync~spin';
  if (state !== 'listening') return 'circle-slash';
  return (reception?.listener.associations ?? 0) > 0 ? 'sync~spin' : 'radio-tower';
}
