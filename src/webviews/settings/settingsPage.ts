import { env, l10n, type Uri, type Webview } from 'vscode';
import { settingNames as names } from '../../workbench/contributions.js';
import { escaped, pageHtml } from '../page.js';
import { accountHtml } from './accountHtml.js';
import type { PageTexts } from './contract.js';
import { FieldHtml } from './fieldHtml.js';
import type { FieldSchema } from './fieldRules.js';
import { nodesHtml } from './nodesHtml.js';
import { sections, type Section } from './sections.js';

/** The page without values: they come in messages. */
export function settingsPage(
  webview: Webview,
  extension: Uri,
  schemas: ReadonlyMap<string, FieldSchema>,
): string {
  const html = new FieldHtml(schemas);
  const bodies = sectionBodies(html);
  const titles = sectionTitles();
  const t = escaped;
  const tabs = sections.map(
    (section) => `<vscode-panel-tab id="tab-${section}">${t(titles[section])}</vscode-panel-tab>`,
  );
  const views = sections.map(
    (
      section,
    ) => `<vscode-panel-view id="view-${section}"><div class="section" role="group" aria-labelledby="title-${section}">
<h2 id="title-${section}">${t(titles[section])}</h2>
${bodies[section]}
</div></vscode-panel-view>`,
  );
  const body = `
<main data-texts="${t(JSON.stringify(pageTexts()))}">
<h1>${t(settingsTitle())}</h1>
${disclaimerHtml()}
<vscode-panels id="sections" aria-label="${t(l10n.t('Sections of the settings'))}">
${tabs.join('\n')}
${views.join('\n')}
</vscode-panels>
</main>
<footer>
<vscode-button id="apply" disabled>${t(l10n.t('Apply'))}</vscode-button>
<vscode-button id="discard" appearance="secondary" disabled>${t(l10n.t('Discard'))}</vscode-button>
<span id="changes" role="status"></span>
</footer>`;
  return pageHtml(webview, extension, {
    name: 'settings',
    title: settingsTitle(),
    language: env.language,
    body,
    kit: true,
  });
}

export function settingsTitle(): string {
  return l10n.t('GIFT-Cloud Settings');
}

function sectionTitles(): Readonly<Record<Section, string>> {
  return {
    account: l10n.t('Account'),
    deid: l10n.t('De-identification'),
    listener: l10n.t('DICOM Listener'),
    nodes: l10n.t('PACS Nodes'),
    patients: l10n.t('Patient List'),
    transfers: l10n.t('Upload and Download'),
    diagnosis: l10n.t('Diagnosis'),
  };
}

function sectionBodies(html: FieldHtml): Readonly<Record<Section, string>> {
  const t = escaped;
  return {
    account: accountHtml(html),
    deid: `${html.fields(names.profile, names.profileFile)}
<h3 id="words-title">${t(l10n.t('What it does'))}</h3>
<p class="problem" id="words-problem" role="alert"></p>
<ul id="words" aria-labelledby="words-title"></ul>
<h3 id="scripts-title">${t(l10n.t('Scripts of the server'))}</h3>
<ul id="scripts" aria-labelledby="scripts-title"></ul>
<p class="problem" id="scripts-problem" role="alert"></p>`,
    listener: `<p id="listener-state" role="status"></p>
${html.fields(names.listenerAeTitle, names.listenerPort, names.listenerBind, names.listenerCallers)}
<div class="actions"><vscode-button id="test-port" appearance="secondary">${t(l10n.t('Test Port'))}</vscode-button></div>
<p id="port-finding" class="finding" role="status"></p>
${html.fields(names.listenerProject, names.listenerAutostart, names.listenerQuiet, names.listenerQuota, names.listenerPrivateClasses)}
<h3>${t(l10n.t('Encrypted connections'))}</h3>
${html.fields(names.listenerCertFile, names.listenerKeyFile, names.listenerCaFile)}`,
    nodes: nodesHtml(),
    patients: `${html.field(names.patientListFolder)}
<p id="list-state" role="status"></p>
<div class="actions">
<vscode-button id="set-list-password" appearance="secondary">${t(l10n.t('Set Password…'))}</vscode-button>
<vscode-button id="export-list" appearance="secondary">${t(l10n.t('Export Now'))}</vscode-button>
</div>
<p class="problem" id="list-problem" role="alert"></p>`,
    transfers: `<h3>${t(l10n.t('Upload'))}</h3>
${html.fields(names.subjectPrefix, names.subjectPrefixes, names.jobsPerServer, names.keepFinished, names.retention, names.retentionWarning)}
<h3>${t(l10n.t('Download and tree'))}</h3>
${html.fields(names.downloadFolder, names.includeProject, names.includeSubject, names.pageSize)}`,
    diagnosis: `<p>${t(l10n.t('Looks at the way to the server, at the port of the listener and at each PACS node, and says what to do about what does not work. Nothing is sent but questions.'))}</p>
<div class="actions">
<vscode-button id="diagnose">${t(l10n.t('Diagnose Connection'))}</vscode-button>
<vscode-button id="stop-diagnosis" appearance="secondary" disabled>${t(l10n.t('Stop'))}</vscode-button>
<vscode-button id="copy-diagnosis" appearance="secondary" disabled>${t(l10n.t('Copy Result'))}</vscode-button>
</div>
<p class="problem" id="diagnosis-problem" role="alert"></p>
<ol id="findings" aria-live="polite" aria-label="${t(l10n.t('Result'))}"></ol>`,
  };
}

/** As the original says at its first use: what the program is for, and who answers for what is sent. */
function disclaimerHtml(): string {
  const t = escaped;
  const lines = [
    l10n.t('For research only. It is no medical device and must never be used for diagnosis or treatment.'),
    l10n.t(
      'De-identification follows the profile that you choose. Check that your project may have the data, and look it over before you share it.',
    ),
  ];
  return `<section id="disclaimer" aria-labelledby="disclaimer-title" hidden>
<h2 id="disclaimer-title">${t(l10n.t('Before you begin'))}</h2>
${lines.map((line) => `<p>${t(line)}</p>`).join('\n')}
<vscode-button id="understood">${t(l10n.t('I Understand'))}</vscode-button>
</section>`;
}

function pageTexts(): PageTexts {
  return {
    editNode: l10n.t('Edit {0}'),
    testNode: l10n.t('Test {0}'),
    removeNode: l10n.t('Delete {0}'),
    edit: l10n.t('Edit'),
    test: l10n.t('Test'),
    remove: l10n.t('Delete'),
    testing: l10n.t('Testing…'),
    addNode: l10n.t('New node'),
    changeNode: l10n.t('Node {0}'),
    saved: l10n.t('The nodes were saved.'),
    applied: l10n.t('The settings were applied.'),
    noProject: l10n.t('(none)'),
    signingIn: l10n.t('Signing in…'),
  };
}
