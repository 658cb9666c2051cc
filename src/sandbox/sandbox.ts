import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rename, rm, rmdir } from 'node:fs/promises';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { Access } from './access.js';
import { createProjects, createUsers, SANDBOX_PROJECTS, SANDBOX_USERS } from './content/accounts.js';
import { createDemoStudies } from './content/demoStudies.js';
import type { SandboxContext } from './context.js';
import { allRoutes } from './routes/allRoutes.js';
import { writeSamples } from './samples/writeSamples.js';
import { FaultPlan } from './server/faults.js';
import { Listener } from './server/listener.js';
import { Sessions } from './server/sessions.js';
import { ArchiveStore } from './store/archiveStore.js';
import { Blobs } from './store/blobs.js';
import { Elements } from './store/elements.js';
import { FolderLock } from './store/folderLock.js';
import { removeProject } from './store/removal.js';
import { tlsIdentity } from './tls/certificate.js';
import { startError } from './startError.js';
import type { Sandbox, SandboxOptions } from './types.js';

export type { Sandbox, SandboxOptions } from './types.js';

const HOST = '127.0.0.1';
const SESSION_TIMEOUT_MS = 15 * 60 * 1000;

/** Long enough for requests sent together to meet, short enough not to be felt. */
const RACE_WINDOW_MS = 4;
const RACE_STEPS = 4;

/**
 * Starts a GIFT-Cloud-compatible server on the loopback interface.
 *
 * It answers as the recorded GIFT-Cloud server did (a fork of XNAT 1.6) and keeps its data in a folder; starting
 * again on the same folder finds everything but the sessions. Rejects with `USAGE` when the port is taken, the folder
 * can't be written or another sandbox works on it.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const temporary = options.dataFolder === undefined;
  const dataFolder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), 'gift-cloud-sandbox-')));
  const leaving: (() => void)[] = [];
  const leave = async (): Promise<void> => {
    for (const step of leaving.reverse()) step();
    if (temporary) await rm(dataFolder, { recursive: true, force: true });
  };
  try {
    const lock = FolderLock.take(dataFolder);
    leaving.push(() => lock.release());
    const context = createContext(dataFolder, options);
    leaving.push(() => context.store.close());
    return await serve(context, dataFolder, options, leave);
  } catch (error) {
    await leave();
    throw startError(error);
  }
}

async function serve(
  context: SandboxContext,
  dataFolder: string,
  options: SandboxOptions,
  leave: () => Promise<void>,
): Promise<Sandbox> {
  if ([...context.store.users.values()].length < SANDBOX_USERS.length) await setUp(context, options);
  const samplesFolder = await samplesOf(dataFolder, options);
  const faults = new FaultPlan();
  const listener = new Listener(context, allRoutes(context), faults, options.capture ?? false);
  const tls = options.tls === true ? tlsIdentity(join(dataFolder, 'tls')) : undefined;
  const server = createServer(listener.handle, tls);
  const port = await listen(server, options.port ?? 0);
  const origin = `${tls === undefined ? 'http' : 'https'}://${HOST}:${port}`;
  return {
    url: `${origin}${context.contextPath}`,
    port,
    faultUrl: `${origin}/__sandbox/faults`,
    users: SANDBOX_USERS,
    projects: SANDBOX_PROJECTS,
    requests: listener.requests,
    faults,
    archiveFolder: context.blobs.archiveFolder,
    dataFolder,
    ...(samplesFolder === undefined ? {} : { samplesFolder }),
    ...(tls === undefined ? {} : { ca: tls.cert, caFile: tls.certFile, fingerprint: tls.fingerprint }),
    addSubjects: (project, count, prefix) => addSubjects(context, project, count, prefix),
    expireSessions: () => context.sessions.endAll(),
    close: async () => {
      await close(server);
      await leave();
    },
  };
}

/** Users come last: a server without them was killed while it was set up, and starts afresh. */
async function setUp(context: SandboxContext, options: SandboxOptions): Promise<void> {
  for (const project of [...context.store.projects.values()]) await removeProject(context, project);
  createProjects(context.store);
  if (options.empty !== true) await createDemoStudies(context);
  createUsers(context.store);
}

function createContext(dataFolder: string, options: SandboxOptions): SandboxContext {
  const treacheries = options.treacheries ?? true;
  const store = new ArchiveStore(join(dataFolder, 'records'));
  const blobs = new Blobs(dataFolder);
  return {
    store,
    blobs,
    access: new Access(store, treacheries),
    elements: new Elements(store, blobs.archiveFolder),
    sessions: new Sessions(options.sessionTimeoutMs ?? SESSION_TIMEOUT_MS),
    plainXnat: options.plainXnat ?? false,
    // Without effect in the fork (GIFT-Cloud server, observed); XNAT 1.7 to 1.9 keep to it (their source).
    ignorePreventAnon: options.ignorePreventAnon ?? options.plainXnat !== true,
    digests: options.digests ?? false,
    contextPath: options.contextPath ?? '',
    treacheries,
    raceWindow: async () => {
      if (!treacheries) return;
      // In steps: however long the process stands still in one of them, what was sent meanwhile gets in in the next.
      const step = (options.raceWindowMs ?? RACE_WINDOW_MS) / RACE_STEPS;
      for (let left = RACE_STEPS; left > 0; left--) await sleep(step);
    },
  };
}

/** Sample studies are written once: a user may have changed them since. */
async function samplesOf(dataFolder: string, options: SandboxOptions): Promise<string | undefined> {
  if (options.samples !== true && options.samplesFolder === undefined) return undefined;
  const folder = options.samplesFolder ?? join(dataFolder, 'samples');
  if (existsSync(folder) && readdirSync(folder).length > 0) return folder;
  // Complete or not there at all, also when the process is killed meanwhile.
  const part = `${folder}.part`;
  await rm(part, { recursive: true, force: true });
  await writeSamples(part);
  if (existsSync(folder)) await rmdir(folder);
  await rename(part, folder);
  return folder;
}

function createServer(
  handle: RequestListener,
  tls?: { readonly key: string; readonly cert: string },
): Server {
  const server = tls === undefined ? createHttpServer(handle) : createHttpsServer(tls, handle);
  // A 1 GB upload takes longer than the five minutes that a request may take by default.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 20_000;
  return server;
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function addSubjects(
  context: SandboxContext,
  project: string,
  count: number,
  prefix = 'AutoUploadSubject',
): void {
  const now = Date.now();
  for (let number = 1; number <= count; number += 1) {
    const label = `${prefix}${String(number).padStart(5, '0')}`;
    if (context.store.subjectOf(project, label) !== undefined) continue;
    const id = context.store.nextId('S');
    context.store.subjects.put(id, {
      id,
      project,
      label,
      attributes: {},
      fields: {},
      shares: [],
      inserted: now,
      insertedBy: 'admin',
      modified: now,
      eventId: context.store.nextEvent(),
    });
  }
}
