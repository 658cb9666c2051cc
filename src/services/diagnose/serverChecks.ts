import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Archive, ProjectRow } from '../xnat/archive.js';
import { connectionError } from '../xnat/httpErrors.js';
import { proxyFor } from '../xnat/proxy.js';
import { parseServerAddress, type ServerAddress } from '../xnat/serverAddress.js';
import { defaultLimits } from '../xnat/timeLimits.js';
import { checkCertificate } from './certificateCheck.js';
import { reach } from './reachable.js';
import type { DiagnoseRequest, DiagnosisStep, ServerToCheck, ServerTools, Verdict } from './types.js';

const notSignedIn: Verdict = { outcome: 'skipped', text: 'Nobody is signed in.', hint: 'Sign in first.' };

/** The way to the server, step by step; each check rests on those before it. */
export class ServerChecks {
  private known: ServerAddress | undefined;
  private proxy: URL | undefined;
  private projects: readonly ProjectRow[] = [];

  constructor(
    private readonly server: ServerToCheck,
    private readonly proxies: DiagnoseRequest['proxies'],
    private readonly tools: ServerTools,
    private readonly signal: AbortSignal | undefined,
  ) {}

  readonly all: readonly { readonly step: DiagnosisStep; run(): Promise<Verdict> }[] = [
    { step: 'address', run: () => this.checkAddress() },
    { step: 'proxy', run: () => this.checkProxy() },
    { step: 'name', run: () => this.checkName() },
    { step: 'connection', run: () => this.checkConnection() },
    { step: 'certificate', run: () => checkCertificate(this.address, this.server, this.tools, this.signal) },
    { step: 'signIn', run: () => this.signedIn((archive) => this.checkSignIn(archive)) },
    { step: 'version', run: () => this.signedIn((archive) => this.checkVersion(archive)) },
    { step: 'project', run: () => this.signedIn((archive) => this.checkProject(archive)) },
  ];

  private get address(): ServerAddress {
    return (this.known ??= parseServerAddress(this.server.url));
  }

  private async checkAddress(): Promise<Verdict> {
    return { outcome: 'good', text: `The address is ${this.address.base}.` };
  }

  private async checkProxy(): Promise<Verdict> {
    const proxy = (this.proxy = proxyFor(this.address, this.proxies));
    // Without user name and password, which may stand in the address of the proxy.
    if (proxy) return { outcome: 'good', text: `Requests go through the proxy ${proxy.host}.` };
    return { outcome: 'good', text: 'No proxy is named for this server.' };
  }

  private async checkName(): Promise<Verdict> {
    const { host } = this.address;
    if (this.proxy) return { outcome: 'skipped', text: 'The proxy looks the name up.' };
    if (isIP(host) !== 0)
      return { outcome: 'good', text: 'The address is a number: there is nothing to look up.' };
    try {
      const found = await lookup(host, { all: true });
      return {
        outcome: 'good',
        text: `The name stands for ${found.map(({ address }) => address).join(', ')}.`,
      };
    } catch (error) {
      throw connectionError(error);
    }
  }

  private async checkConnection(): Promise<Verdict> {
    const { proxy, address, tools, signal } = this;
    const usual = proxy?.protocol === 'https:' ? 443 : 80;
    const target = proxy ? { host: proxy.hostname, port: Number(proxy.port || usual) } : address;
    await reach(target, (tools.limits ?? defaultLimits).connect, signal);
    const what = proxy ? 'The proxy' : 'The server';
    return { outcome: 'good', text: `${what} takes connections on port ${target.port}.` };
  }

  private async checkSignIn(archive: Archive): Promise<Verdict> {
    await archive.signIn(this.signal);
    // A session that there was before may have ended: only a request shows it.
    this.projects = await archive.listProjects(this.signal);
    return { outcome: 'good', text: 'The server accepts the account.' };
  }

  private async checkVersion(archive: Archive): Promise<Verdict> {
    const version = await archive.serverVersion(this.signal);
    if (version === undefined) return { outcome: 'good', text: 'The server does not tell its version.' };
    return { outcome: 'good', text: `The server is XNAT ${version}.` };
  }

  private async checkProject(archive: Archive): Promise<Verdict> {
    const { project } = this.server;
    const ask =
      'Ask the administrator of the server or an owner of the project to add you, then sign in again.';
    if (this.projects.length === 0) {
      return { outcome: 'bad', text: 'The account has no project on this server.', hint: ask };
    }
    if (project === '') {
      const text = `The account has ${this.projects.length} projects; none is chosen for uploads.`;
      return { outcome: 'good', text };
    }
    if (!this.projects.some(({ id }) => id === project)) {
      const text = `Project ${project} is not among those of the account.`;
      return { outcome: 'bad', text, hint: ask };
    }
    const writable = await archive.listWritableProjects(this.signal);
    if (writable.includes(project)) {
      return { outcome: 'good', text: `The account may upload into project ${project}.` };
    }
    return {
      outcome: 'warning',
      text: `The account may read project ${project}, not upload into it.`,
      hint: ask,
    };
  }

  private async signedIn(check: (archive: Archive) => Promise<Verdict>): Promise<Verdict> {
    const { archive } = this.server;
    return archive ? check(await archive()) : notSignedIn;
  }
}
