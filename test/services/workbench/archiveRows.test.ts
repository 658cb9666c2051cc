import assert from 'node:assert/strict';
import type { Archive, ExperimentRow, SubjectRow } from '../../../src/services/xnat/archive.js';
import { ArchiveRows } from '../../../src/tree/archiveRows.js';
import { childrenOf } from '../../../src/tree/children.js';
import { downloadTargets } from '../../../src/tree/contents.js';
import type { ArchiveNode } from '../../../src/tree/nodes.js';

const subject = (number: number): SubjectRow => ({
  id: `S${number}`,
  label: `Subject${number}`,
  insertDate: '',
});
const experiment = (number: number): ExperimentRow => ({
  id: `E${number}`,
  label: `Subject${number}-Study1`,
  xsiType: 'xnat:mrSessionData',
  uid: '',
  date: '',
  subjectId: `S${number}`,
  subjectLabel: `Subject${number}`,
});

/** Counts what is asked of the server; only the lists exist. */
function countingArchive(subjects: number) {
  const requests: string[] = [];
  const numbers = Array.from({ length: subjects }, (_, index) => index + 1);
  let failing = false;
  const say = <T>(name: string, value: T): Promise<T> => {
    requests.push(name);
    return failing ? Promise.reject(new Error('down')) : Promise.resolve(value);
  };
  const archive: Partial<Archive> = {
    listProjects: () =>
      say(
        'projects',
        ['P', 'P2'].map((id) => ({ id, name: id, description: '' })),
      ),
    listSubjects: (project) => say(`subjects ${project}`, numbers.map(subject)),
    listExperiments: (project) => say(`experiments ${project}`, numbers.map(experiment)),
    listScans: (_project, _subject, id) =>
      say(
        `scans ${id}`,
        ['Series10', 'Series2'].map((scan) => ({
          id: scan,
          xsiType: 'xnat:mrScanData',
          type: '',
          seriesDescription: '',
          quality: '',
        })),
      ),
    listAllResources: (_project, _subject, id) =>
      say(
        `resources ${id}`,
        ['Series2', ''].map((scanId, index) => ({
          id: String(index),
          label: 'DICOM',
          format: '',
          content: '',
          category: '',
          scanId,
          fileCount: 3,
          fileSize: undefined,
        })),
      ),
  };
  return {
    requests,
    rows: new ArchiveRows(() => Promise.resolve(archive as Archive)),
    fail: (value: boolean) => (failing = value),
  };
}

async function open(rows: ArchiveRows, ...ids: readonly string[]): Promise<ArchiveNode[]> {
  let level = await childrenOf(rows, undefined);
  for (const id of ids) {
    const node = level.find((child) => child.id === id);
    assert.ok(node && node.kind !== 'resource', id);
    level = await childrenOf(rows, node);
  }
  return level;
}

describe('the lists behind the tree', () => {
  it('cost one request a level and project, however many rows there are', async () => {
    const { rows, requests } = countingArchive(10_000);
    for (let number = 1; number <= 50; number += 1) await open(rows, 'project/P', `subject/P/S${number}`);
    assert.deepEqual(requests, ['projects', 'subjects P', 'experiments P']);
  });

  it('are asked for once by those who ask together', async () => {
    const { rows, requests } = countingArchive(3);
    await Promise.all([rows.subjects('P'), rows.subjects('P'), rows.subjects('P')]);
    assert.deepEqual(requests, ['subjects P']);
  });

  it('count as people do', async () => {
    const { rows } = countingArchive(11);
    const labels = (await rows.subjects('P')).map((row) => row.label);
    assert.deepEqual(labels.slice(0, 2).concat(labels.slice(-2)), [
      'Subject1',
      'Subject2',
      'Subject10',
      'Subject11',
    ]);
  });

  it('put each experiment below its own subject, and resources below their scan', async () => {
    const { rows } = countingArchive(3);
    assert.deepEqual(
      (await open(rows, 'project/P', 'subject/P/S2')).map((node) => node.id),
      ['experiment/P/E2'],
    );
    const below = await open(rows, 'project/P', 'subject/P/S2', 'experiment/P/E2');
    assert.deepEqual(
      below.map((node) => [node.id, node.kind === 'scan' ? node.resources.length : -1]),
      [
        ['scan/P/E2/Series2', 1],
        ['scan/P/E2/Series10', 0],
        ['experiment/P/E2/resource/1', -1],
      ],
    );
  });

  it('are forgotten for one project without its namesake', async () => {
    const { rows, requests } = countingArchive(1);
    await rows.subjects('P');
    await rows.subjects('P2');
    rows.forgetProject('P');
    await rows.subjects('P');
    await rows.subjects('P2');
    assert.deepEqual(requests, ['subjects P', 'subjects P2', 'subjects P']);
  });

  it('are asked for again after a failure', async () => {
    const { rows, requests, fail } = countingArchive(1);
    fail(true);
    await assert.rejects(rows.subjects('P'));
    fail(false);
    assert.equal((await rows.subjects('P')).length, 1);
    assert.equal(requests.length, 2);
  });
});

describe('the rows chosen for a download', () => {
  it('are named with everything above them, and not twice', async () => {
    const { rows } = countingArchive(2);
    const [project] = await childrenOf(rows, undefined);
    const [first, second] = await open(rows, 'project/P');
    const [study] = await open(rows, 'project/P', 'subject/P/S1');
    const [scan] = await open(rows, 'project/P', 'subject/P/S1', 'experiment/P/E1');
    const [resource] = await open(rows, 'project/P', 'subject/P/S1', 'experiment/P/E1', 'scan/P/E1/Series2');
    assert.ok(project && first && second && study && scan && resource);
    const path = { project: 'P', subject: 'Subject1', experiment: 'Subject1-Study1' };
    assert.deepEqual(downloadTargets([scan]), [{ ...path, scan: 'Series2' }]);
    // Labels of resources can repeat: their ids name them.
    assert.deepEqual(downloadTargets([resource]), [{ ...path, scan: 'Series2', resource: '0' }]);
    assert.deepEqual(downloadTargets([study, scan, resource, second]), [
      path,
      { project: 'P', subject: 'Subject2' },
    ]);
    assert.deepEqual(downloadTargets([first, project]), [{ project: 'P' }]);
  });
});
