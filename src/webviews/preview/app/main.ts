import type { FromPage, PageTexts, ToPage } from '../contract.js';
import { byId, show } from '../../shared/app/elements.js';
import { LineTable } from './lineTable.js';
import { Chooser } from './chooser.js';
import { showSummary } from './summary.js';

declare function acquireVsCodeApi(): { postMessage(message: FromPage): void };

const editor = acquireVsCodeApi();
const texts = JSON.parse(document.querySelector('main')?.dataset['texts'] ?? '{}') as PageTexts;
const ask = (message: FromPage): void => editor.postMessage(message);
const chooser = new Chooser(texts, (choice, instance) => ask({ kind: 'choose', choice, instance }));
const table = new LineTable(texts, ask);

function hear(message: ToPage): void {
  switch (message.kind) {
    case 'busy':
      show('busy', message.text);
      break;
    case 'failed':
      show('failed', message.text);
      break;
    case 'choices':
      chooser.offer(message.choices);
      break;
    case 'summary':
      showSummary(message);
      break;
    case 'object':
      show('failed', '');
      chooser.chosen(message.choice, message.instance);
      byId('object').hidden = false;
      byId('object-title').textContent = message.heading;
      show('held', message.held ?? '');
      show('omitted', message.omitted ?? '');
      table.show(message.object, message.lines);
      break;
    case 'values':
      table.reveal(message.object, message.values);
      break;
  }
}

window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => hear(data));
ask({ kind: 'ready' });
