import { byId, filled, show } from '../../shared/app/elements.js';
import type { NodeEdit, NodeForm as Node } from '../contract.js';
import { describe, setValue, valueOf, type Control } from './controls.js';
import { texts, type Caller } from './page.js';

const parts = ['name', 'aeTitle', 'host', 'port', 'callingAe', 'retrieve', 'timeoutSeconds', 'tls', 'caFile', 'certFile', 'keyFile'] as const; // prettier-ignore

export const newNode: Node = {
  ...{ name: '', aeTitle: '', host: '', port: '104', callingAe: '', retrieve: 'move', timeoutSeconds: '30' },
  ...{ tls: false, caFile: '', certFile: '', keyFile: '' },
};

/** The form in which a node is added or changed. */
export class NodeForm {
  private replaced = '';
  /** Parts that the person has been at: only those are told to be wrong before saving. */
  private readonly touched = new Set<string>();

  constructor(private readonly caller: Caller) {
    for (const part of parts) {
      const one = this.control(part);
      const touch = (): void => {
        this.touched.add(part);
        void this.judge();
      };
      one.addEventListener('input', touch);
      one.addEventListener('change', touch);
    }
  }

  get edit(): NodeEdit {
    const values = Object.fromEntries(parts.map((part) => [part, valueOf(this.control(part))]));
    return { node: values as unknown as Node, replaced: this.replaced };
  }

  open(node: Node, replaced: string): void {
    this.replaced = replaced;
    this.touched.clear();
    for (const part of parts) setValue(this.control(part), node[part]);
    byId('node-title').textContent = replaced === '' ? texts.addNode : filled(texts.changeNode, replaced);
    byId('node-form').hidden = false;
    show('node-finding', '');
    void this.judge();
    this.control('name').focus();
  }

  close(): void {
    byId('node-form').hidden = true;
  }

  /** Shows what is wrong with every part; true when nothing is. */
  async check(): Promise<boolean> {
    for (const part of parts) this.touched.add(part);
    return this.judge();
  }

  private async judge(): Promise<boolean> {
    byId('node-tls-files').hidden = valueOf(this.control('tls')) !== true;
    const problems = await this.caller.ask('checkNode', this.edit);
    for (const part of parts) {
      const problem = this.touched.has(part) ? (problems[part] ?? '') : '';
      const place = document.getElementById(`node-${part}-problem`);
      if (place && place.textContent !== problem) place.textContent = problem;
      describe(this.control(part), '', problem);
    }
    return Object.keys(problems).length === 0;
  }

  private control(part: (typeof parts)[number]): Control {
    return byId(`node-${part}`) as unknown as Control;
  }
}
