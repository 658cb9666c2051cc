import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Disposable } from '../services/support/disposable.js';
import { GiftCloudError } from '../services/support/errors.js';
import { l10n } from 'vscode';

export interface RunningSandbox {
  readonly url: string;
  readonly users: readonly {
    readonly name: string;
    readonly password: string;
    readonly roles: Readonly<Record<string, string>>;
  }[];
  /** Folder of sample studies to upload. */
  readonly samples: string | undefined;
}

/**
 * Runs in a worker thread: generating the sample studies must not hold up the extension host, and the server ends
 * with the window however that ends. `require` of the bundle happens there, so nothing of it is loaded before.
 */
const program = `
const { parentPort, workerData } = require('node:worker_threads');
const { startSandbox } = require(workerData.script);
const start = (port) => startSandbox({ ...workerData.options, ...(port && { port }) });
start(workerData.port).catch(() => start()).then(
  (sandbox) => {
    parentPort.once('message', () => void sandbox.close().then(() => parentPort.close()));
    const { url, users, samplesFolder: samples } = sandbox;
    parentPort.postMessage({ running: { url, users, samples } });
  },
  ({ code, message }) => {
    parentPort.postMessage({ failed: code === 'USAGE' ? message : '' });
    parentPort.close();
  },
);`;

/** What the worker says first; `failed` is a sentence for people, or empty. */
type Answer = { readonly running: RunningSandbox } | { readonly failed: string };

/** The embedded GIFT-Cloud server, for trying out; its data is kept in the extension's storage. */
export class LocalSandbox extends Disposable {
  private starting: Promise<RunningSandbox> | undefined;
  private worker: Worker | undefined;

  constructor(
    private readonly script: string,
    private readonly folder: string,
    private readonly onRunning: (running: boolean) => void,
  ) {
    super();
    this.register({ dispose: () => void this.worker?.terminate() });
  }

  start(): Promise<RunningSandbox> {
    this.starting ??= this.launch().catch((error: unknown) => {
      this.starting = undefined;
      throw error;
    });
    return this.starting;
  }

  async stop(): Promise<void> {
    const { worker } = this;
    if (!worker) return;
    const ended = new Promise((done) => worker.once('exit', done));
    worker.postMessage('close');
    await ended;
  }

  private async launch(): Promise<RunningSandbox> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const options = { dataFolder: join(this.folder, 'data'), samplesFolder: join(this.folder, 'samples') };
    // The same address each time, so that the account of the last time fits; any other where it is taken.
    const worker = new Worker(program, {
      eval: true,
      workerData: { script: this.script, options, port: 18_087 },
    });
    this.worker = worker;
    worker.once('exit', () => {
      // One that could not start may end after the next one began.
      if (this.worker !== worker) return;
      this.worker = undefined;
      this.starting = undefined;
      this.onRunning(false);
    });
    return new Promise<RunningSandbox>((done, fail) => {
      worker.once('message', (answer: Answer) => {
        if ('failed' in answer) {
          fail(notStarted(answer.failed));
          return;
        }
        this.onRunning(true);
        done(answer.running);
      });
      worker.once('error', (cause) => fail(notStarted('', cause)));
    });
  }
}

function notStarted(reason: string, cause?: unknown): GiftCloudError {
  const message = l10n.t('The sandbox could not be started. {0}', reason).trim();
  return new GiftCloudError(reason === '' ? 'INTERNAL' : 'USAGE', message, {
    hint: l10n.t('It runs in one window at a time: look whether another window has started it.'),
    cause,
  });
}
