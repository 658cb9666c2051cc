import { button, onPress } from '../../shared/app/buttons.js';
import { byId, filled, make, show } from '../../shared/app/elements.js';
import { PageCaller, Refused } from '../../shared/app/pageCaller.js';
import { registerToolkit } from '../../shared/app/toolkit.js';
import type { QueryCalls, QuerySetup, QueryTelling, QueryTexts, SendingState } from '../contract.js';
import { ColumnChoice } from './columnChoice.js';
import { Grid } from './grid.js';
import { SearchFormView } from './searchForm.js';

registerToolkit();

const texts = JSON.parse(document.querySelector('main')?.dataset['texts'] ?? '{}') as QueryTexts;
const caller = new PageCaller<QueryCalls, QueryTelling>(hear);
const form = new SearchFormView({ search: () => void search(), change: changed });
const grid = new Grid(texts, {
  expand: (row) => void ask('expand', { row }),
  choose: (count) => {
    show('chosen-count', count === 0 ? '' : filled(texts.chosen, count));
    button('send').disabled = count === 0 || sending;
  },
});
const columns = new ColumnChoice(texts, () => {
  grid.show(columns.columns);
  remember();
});
let sending = false;
let hasNodes = false;
let checking: ReturnType<typeof setTimeout> | undefined;

function hear(told: QueryTelling): void {
  switch (told.kind) {
    case 'setup':
      offer(told.setup);
      break;
    case 'cleared':
      show('failed', '');
      grid.clear();
      break;
    case 'rows':
      byId('results').hidden = false;
      grid.add(told.rows);
      break;
    case 'search':
      show('search-state', told.text);
      button('stop').hidden = !told.running;
      button('more').hidden = told.running || !told.more;
      byId('grid').ariaBusy = String(told.running);
      break;
    case 'failed':
      show('failed', told.text);
      break;
    case 'expanded':
      grid.filled(told.row, told.failed !== undefined);
      if (told.failed !== undefined) show('failed', told.failed);
      break;
    case 'sending':
      showSending(told.sending);
      break;
  }
}

function offer(setup: QuerySetup): void {
  hasNodes = form.offer(setup);
  show('no-nodes', hasNodes ? '' : texts.noNodes);
  button('search').disabled = !hasNodes;
  button('test').disabled = !hasNodes;
}

function showSending({ text, running, part, details }: SendingState): void {
  sending = running;
  byId('sending').hidden = false;
  show('sending-text', text);
  const bar = byId('sending-bar', HTMLProgressElement);
  bar.hidden = !running;
  if (part === undefined) bar.removeAttribute('value');
  else bar.value = part;
  button('stop-sending').hidden = !running;
  byId('sending-details').replaceChildren(...details.map((line) => make('li', line)));
  button('send').disabled = running || grid.chosen.length === 0;
}

async function search(): Promise<void> {
  show('failed', '');
  const answer = await ask('search', form.value);
  if (!answer) return;
  form.complain(answer.problems);
  const [first] = answer.problems;
  if (first) form.focusOn(first.field);
  remember();
}

/** While something is typed, once it rests. */
function changed(): void {
  clearTimeout(checking);
  checking = setTimeout(() => {
    remember();
    void ask('check', form.value).then((problems) => problems && form.complain(problems));
  }, 300);
}

/** The editor writes this to disk: what was chosen and never what was typed or found. */
function remember(): void {
  const { node, model } = form.value;
  caller.remember({ node, model, columns: columns.columns });
}

/** What was refused is shown, and answers with nothing. */
async function ask<K extends keyof QueryCalls>(
  name: K,
  question: QueryCalls[K]['ask'],
): Promise<QueryCalls[K]['answer'] | undefined> {
  try {
    return await caller.ask(name, question);
  } catch (thrown) {
    if (!(thrown instanceof Refused)) throw thrown;
    show('failed', thrown.message);
    return undefined;
  }
}

onPress('stop', () => void ask('stop', null));
onPress('more', () => void ask('more', null));
onPress('send', () => void ask('send', { rows: grid.chosen }));
onPress('stop-sending', () => void ask('stopSending', null));
onPress('show-transfers', () => void ask('showTransfers', null));
onPress('edit-nodes', () => void ask('editNodes', null));
onPress('test', () => {
  show('node-answer', texts.loading);
  void ask('testNode', { node: form.value.node }).then((answer) => show('node-answer', answer ?? ''));
});
byId('node', HTMLSelectElement).addEventListener('change', () => show('node-answer', ''));
byId('filter', HTMLInputElement).addEventListener('input', ({ target }) => {
  if (target instanceof HTMLInputElement) grid.filter(target.value);
});

const { node, model, columns: shown } = (caller.remembered ?? {}) as Readonly<Record<string, unknown>>;
columns.begin(shown);
grid.show(columns.columns);
form.restore(typeof node === 'string' ? node : '', typeof model === 'string' ? model : '');
void ask('setup', null).then((setup) => setup && offer(setup));
