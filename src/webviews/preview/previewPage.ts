import { env, l10n, type Uri, type Webview } from 'vscode';
import { escaped, pageHtml } from '../page.js';
import type { PageTexts } from './contract.js';

/** The page without data: what it shows comes in messages, and goes with them. */
export function previewPage(webview: Webview, extension: Uri): string {
  const t = (text: string): string => escaped(text);
  const body = `
<main data-texts="${t(JSON.stringify(pageTexts()))}">
<h1>${t(l10n.t('What de-identification does'))}</h1>
<p class="promise">${t(l10n.t('Nothing was sent or written. Original values stay hidden until you ask for them.'))}</p>
<p id="busy" role="status"></p>
<p id="failed" role="alert" hidden></p>

<section id="summary" aria-labelledby="summary-title" hidden>
<h2 id="summary-title"></h2>
<dl id="counts"></dl>
<div id="refused-part" hidden><h3>${t(l10n.t('Not sent'))}</h3><ul id="refused"></ul></div>
<details id="texts-part" hidden>
<summary id="texts-title"></summary>
<p>${t(l10n.t('Look them over: the rules keep these texts, and only a person can tell whether one names somebody.'))}</p>
<table class="texts"><thead><tr>
<th scope="col">${t(l10n.t('Attribute'))}</th>
<th scope="col">${t(l10n.t('Text'))}</th>
<th scope="col">${t(l10n.t('Objects'))}</th>
</tr></thead><tbody id="texts"></tbody></table>
</details>
</section>

<section id="object" aria-labelledby="object-title" hidden>
<h2 id="object-title"></h2>
<div class="bar">
<label>${t(l10n.t('Series'))} <select id="choice"></select></label>
<span class="instances" id="instances">
<label>${t(l10n.t('Instance'))} <input id="instance" type="number" min="1" value="1"></label>
<span id="of-instances"></span>
</span>
</div>
<p id="held" class="held" hidden></p>
<div class="bar">
<label>${t(l10n.t('Show'))} <select id="filter">
<option value="all">${t(l10n.t('All lines'))}</option>
<option value="changed">${t(l10n.t('Changed lines'))}</option>
<option value="kept">${t(l10n.t('Kept lines'))}</option>
</select></label>
<label>${t(l10n.t('Search'))} <input id="search" type="search" placeholder="${t(l10n.t('Tag, name, rule or new value'))}"></label>
<button id="reveal-all" type="button" aria-pressed="false"></button>
<span id="line-count" role="status"></span>
</div>
<table id="lines" role="grid" aria-labelledby="object-title">
<thead><tr role="row">
<th scope="col">${t(l10n.t('Tag'))}</th>
<th scope="col">${t(l10n.t('Attribute'))}</th>
<th scope="col"><abbr title="${t(l10n.t('Value representation'))}">VR</abbr></th>
<th scope="col">${t(l10n.t('Before'))}</th>
<th scope="col">${t(l10n.t('After'))}</th>
<th scope="col">${t(l10n.t('Result'))}</th>
<th scope="col">${t(l10n.t('Rule'))}</th>
</tr></thead>
<tbody></tbody>
</table>
<p id="omitted" hidden></p>
<p id="said" class="said" role="status"></p>
</section>
</main>`;
  return pageHtml(webview, extension, {
    name: 'preview',
    title: previewTitle(),
    language: env.language,
    body,
  });
}

/** Never with the name of a file: many hold that of a patient. */
export function previewTitle(): string {
  return l10n.t('De-identification Preview');
}

function pageTexts(): PageTexts {
  return {
    same: l10n.t('same'),
    empty: l10n.t('empty'),
    showValue: l10n.t('Show the original value of {0}'),
    showAll: l10n.t('Show Original Values'),
    hideAll: l10n.t('Hide Original Values'),
    shown: l10n.t('Original value shown.'),
    hidden: l10n.t('Original value hidden.'),
    lines: l10n.t('{0} of {1} lines'),
    ofInstances: l10n.t('of {0}'),
  };
}
