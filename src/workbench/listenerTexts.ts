import { l10n } from 'vscode';
import type { ListenerView } from './listenerDesk.js';
import { bytes, counted } from './texts.js';

/** What the listener does, in one sentence without an end. */
export function listenerText({ state, reception }: ListenerView, port: number): string {
  switch (state) {
    case 'stopped':
      return l10n.t('stopped');
    case 'starting':
      return l10n.t('starting');
    case 'elsewhere':
      return l10n.t('waits: another window or program runs the transfers of this machine');
    case 'draining':
      return l10n.t('stopping, {0} still open', counted.associations(reception?.listener.associations ?? 0));
    case 'failed':
      return reception?.failure?.message ?? l10n.t('failed');
    case 'listening': {
      const { associations = 0, objects = 0 } = reception?.listener ?? {};
      if (associations > 0)
        return l10n.t('receiving on port {0}: {1}', port, counted.associations(associations));
      return objects > 0
        ? l10n.t('listening on port {0}, {1} received', port, counted.instances(objects))
        : l10n.t('listening on port {0}', port);
    }
  }
}

/** How full the spool is. */
export function spoolText({
  objects,
  bytes: size,
  quota,
}: {
  objects: number;
  bytes: number;
  quota: number | undefined;
}): string {
  const held = l10n.t('{0} ({1})', counted.instances(objects), bytes(size));
  return quota === undefined ? held : l10n.t('{0} of {1}', held, bytes(quota));
}
