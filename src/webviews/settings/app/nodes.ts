import { onPress } from '../../shared/app/buttons.js';
import { byId, filled, make, show } from '../../shared/app/elements.js';
import type { FindingLine, NodeForm as Node, NodeRow } from '../contract.js';
import { findingText } from './findings.js';
import { newNode, NodeForm } from './nodeForm.js';
import { answered, texts, type Caller } from './page.js';

/** The table of PACS nodes. */
export class NodesPart {
  private readonly form: NodeForm;

  constructor(private readonly caller: Caller) {
    this.form = new NodeForm(caller);
    onPress('add-node', () => this.form.open(newNode, ''));
    onPress('save-node', () => void this.save());
    onPress('cancel-node', () => this.leave());
    onPress('test-node', () => void this.testForm());
    byId('node-form').addEventListener('submit', (event) => event.preventDefault());
    byId('node-form').addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.leave();
    });
  }

  show(rows: readonly NodeRow[]): void {
    byId('no-nodes').hidden = rows.length > 0;
    byId('nodes').hidden = rows.length === 0;
    byId('nodes')
      .querySelector('tbody')
      ?.replaceChildren(...rows.map((row) => this.row(row)));
  }

  private row(row: NodeRow): HTMLTableRowElement {
    const element = make('tr');
    const name = make('th', row.name);
    name.scope = 'row';
    const actions = make('td', '', 'row-actions');
    const usable = row.problem === '';
    if (usable) {
      actions.append(
        action(texts.edit, filled(texts.editNode, row.name), () => this.form.open(row, row.name)),
        action(texts.test, filled(texts.testNode, row.name), () => void this.test(row, 'nodes-said')),
      );
    }
    actions.append(
      action(texts.remove, filled(texts.removeNode, row.name), () => void this.remove(row.name)),
    );
    const retrieve = row.retrieve === 'get' ? 'C-GET' : 'C-MOVE';
    const cells = usable
      ? [row.aeTitle, row.host, row.port, row.tls ? `${retrieve}, TLS` : retrieve].map((text) =>
          make('td', text),
        )
      : [wide(row.problem)];
    element.append(name, ...cells, actions);
    return element;
  }

  private async save(): Promise<void> {
    if (!(await this.form.check())) return;
    const rows = await answered(this.caller.ask('saveNode', this.form.edit), 'node-finding');
    if (!rows) return;
    this.show(rows);
    this.leave();
    show('nodes-said', texts.saved);
  }

  private async testForm(): Promise<void> {
    if (await this.form.check()) await this.test(this.form.edit.node, 'node-finding');
  }

  private async test(node: Node, place: string): Promise<void> {
    show(place, texts.testing);
    const { name, aeTitle, host, port, callingAe, retrieve, timeoutSeconds, tls, caFile, certFile, keyFile } =
      node;
    const asked = {
      name,
      aeTitle,
      host,
      port,
      callingAe,
      retrieve,
      timeoutSeconds,
      tls,
      caFile,
      certFile,
      keyFile,
    };
    const finding = await answered<FindingLine>(this.caller.ask('testNode', asked), place);
    if (finding) show(place, findingText(finding));
  }

  private async remove(name: string): Promise<void> {
    const rows = await answered(this.caller.ask('removeNode', name), 'nodes-said');
    if (!rows) return;
    this.show(rows);
    byId('add-node').focus();
  }

  private leave(): void {
    this.form.close();
    byId('add-node').focus();
  }
}

function action(text: string, name: string, then: () => void): HTMLElement {
  const button = make('vscode-button' as 'button', text);
  button.setAttribute('appearance', 'secondary');
  button.setAttribute('aria-label', name);
  button.addEventListener('click', then);
  return button;
}

function wide(text: string): HTMLTableCellElement {
  const cell = make('td', text, 'problem');
  cell.colSpan = 4;
  return cell;
}
