import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createReadStream } from 'node:fs';
import type { SandboxContext } from '../context.js';
import { empty, refuse, type Answer } from '../server/answers.js';
import type { Exchange } from '../server/exchange.js';
import { receiveFiles } from '../server/receive.js';
import type { Router } from '../server/router.js';
import { table } from '../server/tables.js';
import { writeFrom } from '../zip/fileSink.js';

/** The user's own cache: a place to put a file before importing it. */
export function addCacheRoutes(router: Router, context: SandboxContext): void {
  router.add('PUT', 'user/cache/resources/:resource/files/:file', async (exchange) => {
    const folder = folderOf(context, exchange);
    await mkdir(folder, { recursive: true });
    const { files, end } = await receiveFiles(context, exchange, 500);
    try {
      for (const { source } of files) {
        const temporary = context.blobs.temporary();
        await writeFrom(source.pieces(), temporary);
        await rename(temporary, join(folder, fileName(exchange)));
      }
    } finally {
      await end();
    }
    return empty();
  });
  router.add('GET', 'user/cache/resources/:resource/files', (exchange) => list(context, exchange));
  router.add('GET', 'user/cache/resources/:resource/files/:file', async (exchange) => {
    const path = join(folderOf(context, exchange), fileName(exchange));
    const size = await stat(path).then(
      (stats) => stats.size,
      () => undefined,
    );
    if (size === undefined) throw refuse(404);
    const headers = { 'Content-Length': String(size) };
    return { status: 200, type: 'application/octet-stream', headers, body: createReadStream(path) };
  });
  router.add('DELETE', 'user/cache/resources/:resource/files/:file', async (exchange) => {
    await rm(join(folderOf(context, exchange), fileName(exchange)), { force: true });
    return empty();
  });
}

function folderOf(context: SandboxContext, exchange: Exchange): string {
  const name = exchange.param('resource');
  if (!/^[\w-]+$/.test(name)) throw refuse(404);
  return context.blobs.cacheFolder(exchange.user.login, name);
}

function fileName(exchange: Exchange): string {
  const name = basename(exchange.param('file'));
  if (name === '' || name === '.' || name === '..') throw refuse(404);
  return name;
}

async function list(context: SandboxContext, exchange: Exchange): Promise<Answer> {
  const folder = folderOf(context, exchange);
  const names = await readdir(folder).catch(() => []);
  const rows = await Promise.all(
    names.map(async (name) => ({
      Name: name,
      Size: String((await stat(join(folder, name))).size),
      URI: `/data/user/cache/resources/${exchange.param('resource')}/files/${name}`,
    })),
  );
  return table(exchange, ['Name', 'Size', 'URI'], rows, { serverRoot: context.contextPath });
}
