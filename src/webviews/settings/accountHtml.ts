import { l10n } from 'vscode';
import { settingNames } from '../../workbench/contributions.js';
import { escaped } from '../page.js';
import type { FieldHtml } from './fieldHtml.js';

/** Signing in, and the project, which appears when the server has said which there are. */
export function accountHtml(html: FieldHtml): string {
  const t = escaped;
  return `<p id="account-text" role="status"></p>
<form id="sign-in-form" novalidate>
<div class="field">
<vscode-text-field id="server-url" size="50" spellcheck="false" placeholder="https://gift-cloud.example.org">${t(l10n.t('Address of the server'))}</vscode-text-field>
<p class="problem" id="server-url-problem" role="alert"></p>
</div>
<div class="field">
<vscode-text-field id="user-name" size="30" spellcheck="false">${t(l10n.t('User name'))}</vscode-text-field>
</div>
<div class="field">
<vscode-text-field id="password" type="password" size="30">${t(l10n.t('Password'))}</vscode-text-field>
<p class="description">${t(l10n.t("Kept in the editor's secret storage, never in the settings. This page forgets it at once."))}</p>
<p class="problem" id="sign-in-problem" role="alert"></p>
</div>
<div class="actions">
<vscode-button id="sign-in">${t(l10n.t('Sign In'))}</vscode-button>
<vscode-button id="sign-out" appearance="secondary" hidden>${t(l10n.t('Sign Out'))}</vscode-button>
<vscode-button id="show-certificate" appearance="secondary">${t(l10n.t('Show Certificate'))}</vscode-button>
<vscode-button id="register" appearance="secondary">${t(l10n.t('Register an Account…'))}</vscode-button>
</div>
</form>
<ul id="certificate" aria-live="polite" aria-label="${t(l10n.t('Certificate of the server'))}" hidden></ul>
<p class="problem" id="certificate-problem" role="alert"></p>
<div id="project-part" hidden>
<h3>${t(l10n.t('Project'))}</h3>
${html.field(settingNames.defaultProject)}
</div>
<p class="problem" id="projects-problem" role="alert"></p>
<h3>${t(l10n.t('Certificate authority of your site'))}</h3>
${html.field(settingNames.serverCaFile)}`;
}
