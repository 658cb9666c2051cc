import { l10n } from 'vscode';
import { escaped } from '../page.js';

/** A table of the PACS nodes, and the form in which one is added or changed. Nodes are saved at once. */
export function nodesHtml(): string {
  const t = escaped;
  const head = [
    l10n.t('Name'),
    l10n.t('AE title'),
    l10n.t('Host'),
    l10n.t('Port'),
    l10n.t('Retrieve'),
    l10n.t('Actions'),
  ];
  return `<p>${t(l10n.t('Archives to search, and to retrieve from. They know this machine by the AE title and port of the listener. A node is saved at once.'))}</p>
<table id="nodes" aria-labelledby="title-nodes"><thead><tr>
${head.map((title) => `<th scope="col">${t(title)}</th>`).join('\n')}
</tr></thead><tbody></tbody></table>
<p id="no-nodes" class="quiet">${t(l10n.t('There is no node yet.'))}</p>
<div class="actions"><vscode-button id="add-node" appearance="secondary">${t(l10n.t('Add Node'))}</vscode-button></div>
<p id="nodes-said" class="finding" role="status"></p>
<form id="node-form" aria-labelledby="node-title" hidden novalidate>
<h3 id="node-title"></h3>
${textPart('name', l10n.t('Name'), 30)}
${textPart('aeTitle', l10n.t('AE title of the node'), 30)}
${textPart('host', l10n.t('Host'), 30)}
${textPart('port', l10n.t('Port'), 8)}
${textPart('callingAe', l10n.t('Our AE title there, if not that of the listener'), 30)}
<div class="field"><span class="label" aria-hidden="true">${t(l10n.t('Retrieve by'))}</span>
<vscode-dropdown id="node-retrieve" aria-label="${t(l10n.t('Retrieve by'))}">
<vscode-option value="move">C-MOVE</vscode-option><vscode-option value="get">C-GET</vscode-option>
</vscode-dropdown></div>
${textPart('timeoutSeconds', l10n.t('Seconds to wait for an answer'), 8)}
<div class="field"><vscode-checkbox id="node-tls">${t(l10n.t('Encrypted connection (TLS)'))}</vscode-checkbox></div>
<div id="node-tls-files">
${textPart('caFile', l10n.t('Certificate authority file'), 50)}
${textPart('certFile', l10n.t('Our certificate file'), 50)}
${textPart('keyFile', l10n.t('Our key file'), 50)}
</div>
<div class="actions">
<vscode-button id="save-node">${t(l10n.t('Save Node'))}</vscode-button>
<vscode-button id="test-node" appearance="secondary">${t(l10n.t('Test with C-ECHO'))}</vscode-button>
<vscode-button id="cancel-node" appearance="secondary">${t(l10n.t('Cancel'))}</vscode-button>
</div>
<p id="node-finding" class="finding" role="status"></p>
</form>`;
}

function textPart(part: string, label: string, size: number): string {
  return `<div class="field">
<vscode-text-field id="node-${part}" size="${size}" spellcheck="false">${escaped(label)}</vscode-text-field>
<p class="problem" id="node-${part}-problem" role="alert"></p>
</div>`;
}
