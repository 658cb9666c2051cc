import { env, version as editorVersion, workspace } from 'vscode';
import type { DiagnoseRequest, Finding } from '../../services/diagnose/types.js';
import { toGiftCloudError } from '../../services/support/errors.js';
import type { Certificates } from '../../workbench/certificates.js';
import type { Connection } from '../../workbench/connection.js';
import { listenerSettings, type ListenerSettings } from '../../workbench/dicomSettings.js';
import { verdictOn } from '../../workbench/findings.js';
import type { LazyServices } from '../../workbench/lazyServices.js';
import type { ListenerDesk } from '../../workbench/listenerDesk.js';
import { pacsConnection } from '../../workbench/pacsConnection.js';
import { pacsNodes, type PacsNode } from '../../workbench/pacsNodes.js';
import type { Settings } from '../../workbench/settings.js';
import type { FindingLine } from './contract.js';
import { findingLine } from './diagnosisTexts.js';

export interface DiagnosisTools {
  readonly services: LazyServices;
  readonly connection: Connection;
  readonly certificates: Certificates;
  readonly settings: Settings;
  readonly listener: ListenerDesk;
  /** Of the extension. */
  readonly version: string;
}

/** "Diagnose Connection": the findings of the last run, told as they come. */
export class Diagnosis {
  private found: readonly Finding[] = [];
  private stopping: AbortController | undefined;

  constructor(
    private readonly tools: DiagnosisTools,
    private readonly onChange: () => void,
  ) {}

  get lines(): readonly FindingLine[] {
    return this.found.map(findingLine);
  }

  get running(): boolean {
    return this.stopping !== undefined;
  }

  /** Everything, one step after the other; a run that goes on is not disturbed. */
  async run(): Promise<void> {
    if (this.stopping) return;
    const stop = (this.stopping = new AbortController());
    this.found = [];
    try {
      const services = await this.tools.services.get();
      for await (const finding of services.diagnose(await this.everything(), stop.signal)) this.note(finding);
    } catch (thrown) {
      if (toGiftCloudError(thrown).code !== 'CANCELLED') throw thrown;
      this.found = this.found.filter(({ outcome }) => outcome !== 'running');
    } finally {
      this.stopping = undefined;
      this.onChange();
    }
  }

  stop(): void {
    this.stopping?.abort();
  }

  /** A port of this machine for the listener. */
  async testPort(wanted: ListenerPort): Promise<FindingLine> {
    const { services } = this.tools;
    const result = await verdictOn(services, { listener: this.listener(wanted) });
    return findingLine({ ...result, step: 'listener', about: '' });
  }

  async testNode(node: PacsNode): Promise<FindingLine> {
    const result = await verdictOn(this.tools.services, { nodes: [await nodeToCheck(node)] });
    return findingLine({ ...result, step: 'node', about: node.name });
  }

  /** For a mail to whoever helps: no account, no password, nothing of a patient. */
  report(): string {
    const head = `GIFT-Cloud ${this.tools.version}, ${env.appName} ${editorVersion}, ${process.platform}`;
    const lines = this.lines.map(({ word, step, text, hint }) => `[${word}] ${step}: ${text} ${hint}`.trim());
    return [head, new Date().toISOString(), '', ...lines].join('\n');
  }

  private note(finding: Finding): void {
    const last = this.found.at(-1);
    const before = last?.outcome === 'running' ? this.found.slice(0, -1) : this.found;
    this.found = [...before, finding];
    this.onChange();
  }

  private async everything(): Promise<DiagnoseRequest> {
    const { settings, connection, certificates } = this.tools;
    const { session } = connection;
    const url = session?.account.serverUrl ?? settings.serverUrl;
    const ca = await certificates.ca();
    const pin = certificates.pin(url);
    return {
      server: {
        ...{ url, project: settings.defaultProject },
        ...(session && { archive: () => session.archive() }),
        ...(ca !== undefined && { ca }),
        ...(pin !== undefined && { pin }),
      },
      listener: this.listener(listenerSettings()),
      nodes: await Promise.all(pacsNodes().nodes.map(nodeToCheck)),
      proxies: editorProxies(),
    };
  }

  private listener({ port, bind }: ListenerPort): NonNullable<DiagnoseRequest['listener']> {
    const held = this.tools.listener.view.reception?.listener.port;
    return { port, ...(bind !== '' && { bind }), listening: held === port };
  }
}

type ListenerPort = Pick<ListenerSettings, 'port' | 'bind'>;

/** What the editor itself does with every request of ours: told to the person, not applied twice. */
function editorProxies(): DiagnoseRequest['proxies'] {
  const http = workspace.getConfiguration('http');
  const proxy = http.get<string>('proxy');
  const none = http.get<readonly string[]>('noProxy') ?? [];
  return proxy ? { HTTPS_PROXY: proxy, NO_PROXY: none.join(',') } : process.env;
}

async function nodeToCheck(node: PacsNode): Promise<NonNullable<DiagnoseRequest['nodes']>[number]> {
  const { callingAe, name, ...remote } = await pacsConnection(node, listenerSettings().aeTitle);
  return { name, callingAe, node: remote };
}
