import { hostname, networkInterfaces } from 'node:os';
import { l10n } from 'vscode';
import type { ListenerSettings } from './dicomSettings.js';

/** Addresses under which other machines may reach this one, its name first. */
export function ownAddresses({ bind }: ListenerSettings): readonly string[] {
  if (bind !== '') return [bind];
  const found = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
    .map(({ address }) => address);
  return [hostname(), ...found];
}

/** What somebody has to enter on a scanner or PACS so that it sends here, as text for a mail. */
export function scannerSetup(settings: ListenerSettings): string {
  const { aeTitle, port, certFile, caFile, allowedCallers } = settings;
  const secure = certFile !== '';
  const lines: readonly (readonly [string, string])[] = [
    [l10n.t('AE title'), l10n.t('{0} (upper and lower case count)', aeTitle)],
    [l10n.t('Address'), ownAddresses(settings).join(l10n.t(' or '))],
    [l10n.t('Port'), String(port)],
    [
      l10n.t('TLS'),
      secure
        ? caFile === ''
          ? l10n.t('yes')
          : l10n.t('yes, with a certificate of the sender')
        : l10n.t('no'),
    ],
    [l10n.t('Services'), l10n.t('Storage (C-STORE), Verification (C-ECHO), Storage Commitment Push Model')],
    [l10n.t('Transfer syntaxes'), l10n.t('any; nothing is converted, send what you have')],
    [
      l10n.t('AE titles that may send'),
      allowedCallers.length === 0 ? l10n.t('all') : allowedCallers.join(', '),
    ],
  ];
  return [
    l10n.t('How to send images to this DICOM node'),
    '',
    ...lines.map(([name, value]) => `${name}: ${value}`),
    '',
    l10n.t('First test the connection (C-ECHO, "ping" or "verify"), then send one series.'),
    l10n.t('A firewall of this computer has to let TCP port {0} in.', port),
    '',
  ].join('\n');
}
