import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { query as search } from '../../src/services/query/query.js';
import { projectFolder, type Measurement } from './support/bench.js';
import { missingPrograms } from './support/command.js';
import { measuredOr, ratio } from './support/finding.js';

const count = 10_000;

/** A search with 10,000 answers: our program against DCMTK's findscu, and how soon the first rows are there. */
export const query: Measurement = {
  name: 'query',
  diskGb: 0.1,
  run: async (bench) => {
    const provider = join(import.meta.dirname, 'host', 'findProvider.ts');
    const pacs = spawn(process.execPath, ['--import', 'tsx', provider, String(count)], {
      cwd: projectFolder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [line] = (await once(pacs.stdout, 'data')) as [Buffer];
      const { port } = JSON.parse(line.toString()) as { port: number };
      const firstRows: number[] = [];
      const address = ['127.0.0.1', String(port)];
      const keys = ['0008,0052=STUDY', '0010,0010', '0010,0020', '0008,0020', '0020,000d'];
      const findscu = ['findscu', '-S', '-aec', 'FAKE', ...keys.flatMap((key) => ['-k', key]), ...address];
      const all = [
        {
          name: 'findscu',
          startUp: () => bench.run(['findscu', '--version']),
          // It shows answers on standard error: of that a megabyte is kept, and more ends it.
          run: () => bench.run(['sh', '-c', 'exec "$@" 2> /dev/null', 'sh', ...findscu]),
        },
        {
          name: 'gift-cloud query',
          startUp: () => bench.giftCloud('config', '--schema'),
          run: () => bench.giftCloud('query', '--pacs', `FAKE@127.0.0.1:${port}`, '--all', '--json'),
        },
        {
          name: 'rows in the program',
          run: async () => {
            const start = performance.now();
            let rows = 0;
            const node = { name: 'fake', aeTitle: 'FAKE', host: '127.0.0.1', port, callingAe: 'US' };
            for await (const event of search(
              { ...node, timeoutMs: 60_000 },
              { model: 'study', level: 'study', terms: {}, everything: true },
            )) {
              if (event.kind !== 'rows') continue;
              if (rows === 0) firstRows.push(performance.now() - start);
              rows += event.rows.length;
            }
            if (rows !== count) throw new Error(`${rows} rows instead of ${count}`);
            return { wall: (performance.now() - start) / 1000, cpu: 0, peakMb: 0 };
          },
        },
      ];
      const missing = missingPrograms(['findscu']);
      const present = all.filter(({ name }) => !missing.includes(name));
      const results = await bench.inTurns(present, { warmUp: true });
      const reason = 'DCMTK is not installed';
      return {
        title: 'Search with 10,000 answers (C-FIND)',
        notes: ['the answers come from a program of the tests, as fast as they are taken'],
        results,
        targets: [
          {
            ...{ what: 'Search against findscu', relation: 'at most', limit: 1.5, unit: '' },
            ...measuredOr(ratio(results, 'gift-cloud query', 'findscu'), reason),
          },
          {
            ...{ what: 'First rows of 10,000', relation: 'under', limit: 250, unit: 'ms' },
            measured: firstRows.toSorted((a, b) => a - b)[firstRows.length >> 1],
          },
        ],
      };
    } finally {
      const ended = once(pacs, 'exit');
      pacs.kill();
      await ended;
    }
  },
};
