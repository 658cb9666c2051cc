import { join } from 'node:path';
import { startSandbox } from '../../src/sandbox/sandbox.js';
import { ArchiveRows } from '../../src/tree/archiveRows.js';
import { childrenOf } from '../../src/tree/children.js';
import type { ProjectNode } from '../../src/tree/nodes.js';
import type { Measurement } from './support/bench.js';
import { BenchServer, project } from './support/benchServer.js';

const count = 10_000;

/** Expanding a project of 10,000 subjects: the list of the server as the sorted rows of the tree. */
export const subjects: Measurement = {
  name: 'subjects',
  diskGb: 0.1,
  run: async (bench) => {
    const data = join(bench.newFolder('subjects'), 'sandbox');
    const filled = await startSandbox({ dataFolder: data, empty: true });
    filled.addSubjects(project, count);
    await filled.close();

    const server = await BenchServer.start(data);
    try {
      let requests = 0;
      const expand = {
        name: 'expand',
        run: async () => {
          const tree = new ArchiveRows(() => Promise.resolve(server.archive));
          const parent = await projectNode(tree);
          const before = await server.requestCount();
          const start = performance.now();
          const rows = await childrenOf(tree, parent);
          const wall = (performance.now() - start) / 1000;
          if (rows.length !== count) throw new Error(`${rows.length} rows instead of ${count}`);
          requests = (await server.requestCount()) - before;
          return { wall, cpu: 0, peakMb: 0 };
        },
      };
      const results = await bench.inTurns([expand], { warmUp: true });
      return {
        title: 'Expand a project of 10,000 subjects',
        notes: ['until the rows are there, sorted; drawing them is among the figures of the editor'],
        results,
        targets: [
          {
            ...{ what: '10,000 subjects listed', relation: 'at most', limit: 2, unit: 'requests' },
            measured: requests,
          },
          {
            ...{ what: '10,000 subjects ready to be shown', relation: 'under', limit: 1, unit: 's' },
            measured: results[0]?.seconds,
          },
        ],
      };
    } finally {
      await server.stop();
      bench.newFolder('subjects');
    }
  },
};

async function projectNode(tree: ArchiveRows): Promise<ProjectNode> {
  for (const node of await childrenOf(tree, undefined)) {
    if (node.kind === 'project' && node.row.id === project) return node;
  }
  throw new Error(`the sandbox has no project ${project}`);
}
