import { readFile } from 'node:fs/promises';
import { l10n, type Memento } from 'vscode';
import type { Services } from '../services/createServices.js';
import { GiftCloudError } from '../services/support/errors.js';
import type { Dialogs } from './dialogs.js';
import { serverHost } from './serverUrl.js';
import type { Settings } from './settings.js';

type ShownCertificate = Awaited<ReturnType<Services['probeCertificate']>>;

const pinsKey = 'giftcloud.pins';

/** Which certificates are trusted beyond the system's: the site's own authority, and those a person confirmed. */
export class Certificates {
  constructor(
    private readonly state: Memento,
    private readonly settings: Settings,
    private readonly dialogs: Dialogs,
  ) {}

  /** SHA-256 fingerprint that was confirmed for this server. */
  pin(serverUrl: string): string | undefined {
    return this.pins()[serverHost(serverUrl)];
  }

  /** PEM text of the site's certificate authority; undefined where none is set. */
  async ca(): Promise<string | undefined> {
    const file = this.settings.caFile;
    if (file === '') return undefined;
    try {
      return await readFile(file, 'utf8');
    } catch (error) {
      throw new GiftCloudError(
        'FILE_UNREADABLE',
        l10n.t('The certificate authority file of the settings could not be read.'),
        { hint: l10n.t('Check giftcloud.server.caFile.'), cause: error },
      );
    }
  }

  /** Shows the certificate of the server; true when the person confirmed it, which then holds for this server. */
  async confirm(serverUrl: string, services: Services): Promise<boolean> {
    const shown = await services.probeCertificate(serverUrl);
    const host = serverHost(serverUrl);
    const known = this.pin(serverUrl);
    const changed = known !== undefined && known !== shown.fingerprint;
    const message = changed
      ? l10n.t('The certificate of {0} is not the one that you confirmed before. Trust the new one?', host)
      : l10n.t('The certificate of {0} is not trusted by this machine. Trust it from now on?', host);
    const detail = [
      l10n.t('Compare the fingerprint with the one that the administrator of the server gives you.'),
      '',
      ...certificateLines(shown),
    ].join('\n');
    const action = l10n.t('Trust');
    if (!(await this.dialogs.confirm({ severity: 'warning', message, detail, action }))) return false;
    await this.state.update(pinsKey, { ...this.pins(), [host]: shown.fingerprint });
    return true;
  }

  /** Whether a person confirmed this certificate of the server. */
  standing(serverUrl: string, fingerprint: string): string {
    const known = this.pin(serverUrl);
    if (known === undefined) return l10n.t('Nobody had to confirm it so far.');
    return colons(known) === colons(fingerprint)
      ? l10n.t('You confirmed this certificate.')
      : l10n.t('This is not the certificate that you confirmed.');
  }

  private pins(): Readonly<Record<string, string>> {
    return this.state.get<Record<string, string>>(pinsKey, {});
  }
}

/** A certificate as a person compares it. */
export function certificateLines(shown: ShownCertificate): readonly string[] {
  return [
    l10n.t('SHA-256 fingerprint: {0}', colons(shown.fingerprint)),
    l10n.t('Issued to: {0}', shown.subject),
    l10n.t('Issued by: {0}', shown.issuer),
    l10n.t('Valid until: {0}', shown.validTo),
  ];
}

function colons(fingerprint: string): string {
  return fingerprint
    .replaceAll(':', '')
    .toUpperCase()
    .replace(/..(?=.)/g, '$&:');
}
