import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { commands, views } from '../../../src/workbench/contributions.js';
import type { TestApi } from '../../../src/workbench/testApi.js';
import { ScriptedDialogs } from '../../workbench/support/scriptedDialogs.js';

interface Bench {
  readonly folder: string;
  readonly project: string;
  readonly slices: string;
  readonly url: string;
}

/** How often the event loop is looked at, in ms. */
const interval = 1;

/** Called by VS Code inside the extension host; writes `figures.json`. */
export async function run(): Promise<void> {
  const bench = JSON.parse(process.env['GIFT_CLOUD_BENCH'] ?? '') as Bench;
  const extension = vscode.extensions.getExtension<TestApi>('gift-cloud.gift-cloud');
  if (!extension) throw new Error('the extension is not installed');
  const [started, computed] = [performance.now(), threadCpuMs()];
  const api = await extension.activate();
  const activation = { wall: performance.now() - started, cpu: threadCpuMs() - computed };
  const dialogs = new ScriptedDialogs();
  api.answerWith(dialogs);

  const upload = async (): Promise<void> => {
    dialogs.picks.push(bench.project);
    dialogs.confirms.push(true);
    const before = dialogs.notices.length;
    await vscode.commands.executeCommand(commands.uploadFolder, vscode.Uri.file(bench.slices));
    await dialogs.notice(before === 0 ? /^Archived 300 instances/ : /^Nothing new: 300 instances/);
  };
  const blocks = {
    // What the machine and the editor do by themselves.
    idle: await longestBlock(() => sleep(2000)),
    signIn: await longestBlock(async () => {
      await vscode.commands.executeCommand(`${views.archive}.focus`);
      dialogs.texts.push(bench.url, 'alice', 'sandbox-alice');
      await vscode.commands.executeCommand(commands.signIn);
    }),
    expand: await longestBlock(async () => {
      console.log('test| ready');
      while (!existsSync(join(bench.folder, 'expanded'))) await sleep(20);
    }),
    upload: await longestBlock(upload),
    uploadAgain: await longestBlock(upload),
  };
  const { idle: _, ...ours } = blocks;
  const figures = {
    // Own code: while the editor fetches what belongs to the extension, this thread waits.
    activationMs: Math.round(activation.cpu),
    activationWallMs: Math.round(activation.wall),
    longestBlockMs: Math.max(...Object.values(ours).map(({ ms }) => ms)),
    longestBlockCpuMs: Math.max(...Object.values(ours).map(({ cpuMs }) => cpuMs)),
    blocks,
  };
  writeFileSync(join(bench.folder, 'figures.json'), JSON.stringify(figures));
}

interface Block {
  /** Wall clock: what a person feels; other programs on a busy machine make it longer. */
  readonly ms: number;
  /** Of that, the time in which this thread itself computed. */
  readonly cpuMs: number;
}

/** The longest time in which nothing else could run in the extension host during the work. */
async function longestBlock(work: () => Promise<unknown>): Promise<Block> {
  let wall = performance.now();
  let cpu = threadCpuMs();
  let longest = { ms: 0, cpuMs: 0 };
  const timer = setInterval(() => {
    const [now, used] = [performance.now(), threadCpuMs()];
    longest = {
      ms: Math.max(longest.ms, now - wall - interval),
      cpuMs: Math.max(longest.cpuMs, used - cpu),
    };
    [wall, cpu] = [now, used];
  }, interval);
  await work();
  clearInterval(timer);
  return { ms: Math.round(longest.ms), cpuMs: Math.round(longest.cpuMs) };
}

/** Newer than the types of the Node that the project supports at least; the editor's own Node has it. */
function threadCpuMs(): number {
  const { threadCpuUsage } = process as unknown as {
    readonly threadCpuUsage?: () => { readonly user: number; readonly system: number };
  };
  if (!threadCpuUsage) return 0;
  const { user, system } = threadCpuUsage();
  return (user + system) / 1000;
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}
