import { env, l10n, type Uri, type Webview } from 'vscode';
import { escaped, pageHtml } from '../page.js';
import type { QueryTexts, SearchField } from './contract.js';

export function queryTitle(): string {
  return l10n.t('Query and Retrieve');
}

/** The page without data: what it shows comes in messages, and goes with them. */
export function queryPage(webview: Webview, extension: Uri): string {
  const t = (text: string): string => escaped(text);
  const body = `
<main data-texts="${t(JSON.stringify(texts()))}">
<h1>${t(queryTitle())}</h1>
<form id="search-form" autocomplete="off" novalidate>
<div class="bar">
<span><label for="node">${t(l10n.t('PACS'))}</label> <select id="node"></select></span>
<vscode-button id="test" appearance="secondary">${t(l10n.t('Test Connection'))}</vscode-button>
<vscode-button id="edit-nodes" appearance="secondary">${t(l10n.t('Edit Nodes'))}</vscode-button>
<span><label for="model">${t(l10n.t('Information model'))}</label> <select id="model">
<option value="study">${t(l10n.t('Study Root'))}</option>
<option value="patient">${t(l10n.t('Patient Root'))}</option>
</select></span>
<span id="node-answer" role="status" hidden></span>
</div>
<p id="no-nodes" role="status" hidden></p>
<div class="terms">
${field('patientName', l10n.t('Patient name'), l10n.t('Family^Given'))}
${field('patientId', l10n.t('Patient ID'))}
<div class="term dates">
<label for="preset">${t(l10n.t('Study date'))}</label>
<select id="preset">
<option value="">${t(l10n.t('Any, or as below'))}</option>
<option value="today">${t(l10n.t('Today'))}</option>
<option value="yesterday">${t(l10n.t('Yesterday'))}</option>
<option value="week">${t(l10n.t('Last 7 days'))}</option>
<option value="month">${t(l10n.t('Last 30 days'))}</option>
</select>
</div>
${field('from', l10n.t('From'), '', 'date')}
${field('to', l10n.t('To'), '', 'date')}
${field('accessionNumber', l10n.t('Accession number'))}
${field('modality', l10n.t('Modality'), l10n.t('MR, CT, PT, US, …'))}
${field('studyDescription', l10n.t('Study description'))}
${field('studyUid', l10n.t('Study Instance UID'))}
${field('seriesUid', l10n.t('Series Instance UID'))}
</div>
<p class="quiet">${t(l10n.t('* stands for any text and ? for one character, as in SMITH* or SM?TH. Empty fields match everything. What you search for is not kept when this window closes.'))}</p>
<div class="bar">
<vscode-button id="search">${t(l10n.t('Search'))}</vscode-button>
<vscode-button id="stop" appearance="secondary" hidden>${t(l10n.t('Stop'))}</vscode-button>
<vscode-button id="clear" appearance="secondary">${t(l10n.t('Clear'))}</vscode-button>
<span id="search-state" role="status"></span>
<vscode-button id="more" appearance="secondary" hidden>${t(l10n.t('Show More'))}</vscode-button>
</div>
</form>
<p id="failed" role="alert" class="problem" hidden></p>

<section id="sending" aria-labelledby="sending-title" hidden>
<h2 id="sending-title">${t(l10n.t('Sending to GIFT-Cloud'))}</h2>
<div class="bar">
<progress id="sending-bar" max="1" aria-labelledby="sending-title"></progress>
<span id="sending-text" role="status"></span>
<vscode-button id="stop-sending" appearance="secondary">${t(l10n.t('Stop'))}</vscode-button>
<vscode-button id="show-transfers" appearance="secondary">${t(l10n.t('Show Transfers'))}</vscode-button>
</div>
<ul id="sending-details"></ul>
</section>
<section id="results" aria-labelledby="results-title" hidden>
<h2 id="results-title">${t(l10n.t('Results'))}</h2>
<div class="bar">
<vscode-button id="send" disabled>${t(l10n.t('Send to GIFT-Cloud…'))}</vscode-button>
<span id="chosen-count" role="status" hidden></span>
<span><label for="filter">${t(l10n.t('Filter'))}</label> <input id="filter" type="search" autocomplete="off"></span>
<details class="columns"><summary>${t(l10n.t('Columns'))}</summary><div id="columns" class="boxes"></div></details>
<span id="row-count" class="quiet" hidden></span>
</div>
<div id="grid" role="treegrid" tabindex="0" aria-multiselectable="true" aria-labelledby="results-title" aria-describedby="grid-help">
<div role="rowgroup" class="head"><div id="grid-head" role="row" aria-rowindex="1"></div></div>
<div id="grid-body" role="rowgroup"></div>
</div>
<p id="grid-help" class="quiet">${t(l10n.t('Arrow keys move, right and left open and close, Space chooses, Shift extends, Ctrl or Cmd adds. A chosen patient stands for the studies below.'))}</p>
</section>

</main>`;
  return pageHtml(webview, extension, {
    name: 'query',
    title: queryTitle(),
    language: env.language,
    body,
    kit: true,
  });
}

/** A field with its reason below it and what was searched for before. */
function field(name: SearchField, label: string, hint = '', type = 'text'): string {
  const list = type === 'text' ? ` list="${name}-history"` : '';
  const history = type === 'text' ? `<datalist id="${name}-history"></datalist>` : '';
  return `<div class="term">
<label for="${name}">${escaped(label)}</label>
<input id="${name}" type="${type}"${list} autocomplete="off" spellcheck="false" placeholder="${escaped(hint)}" aria-describedby="${name}-problem">
${history}<span id="${name}-problem" class="problem" hidden></span>
</div>`;
}

function texts(): QueryTexts {
  return {
    columns: {
      label: l10n.t('Name'),
      patientId: l10n.t('Patient ID'),
      birthDate: l10n.t('Birth date'),
      sex: l10n.t('Sex'),
      date: l10n.t('Date'),
      time: l10n.t('Time'),
      modality: l10n.t('Modality'),
      description: l10n.t('Description'),
      accession: l10n.t('Accession'),
      series: l10n.t('Series'),
      instances: l10n.t('Images'),
    },
    levels: {
      patient: l10n.t('Patient'),
      study: l10n.t('Study'),
      series: l10n.t('Series'),
      image: l10n.t('Image'),
    },
    shown: l10n.t('{0} of {1} rows'),
    chosen: l10n.t('{0} chosen'),
    loading: l10n.t('Asking the PACS…'),
    noNodes: l10n.t('There is no PACS yet. Add one with "Edit Nodes".'),
  };
}
