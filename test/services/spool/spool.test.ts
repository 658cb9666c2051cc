import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { frameSize } from '../../../src/services/spool/sealedFormat.js';
import { syntaxUids, type Syntax } from '../../support/dicomBuilder.js';
import { dataSetOf, destination, receive, sample, SpoolRig } from '../../support/spoolRig.js';

describe('the spool', () => {
  let rig: SpoolRig;
  beforeEach(async () => {
    rig = await SpoolRig.start();
  });
  afterEach(() => rig.close());

  it('keeps what an association brings in one folder, with where it is to go', async () => {
    const sink = rig.spool.sink({ ...destination, subjectPrefix: 'Sub' });
    await receive(sink, sample(1));
    await receive(sink, sample(2));
    await receive(sink, sample(3, 'a2'));
    const folders = await rig.spool.folders();
    assert.deepEqual(folders.map(({ instances }) => instances).sort(), [1, 2]);
    const [{ id, bytes, lastArrival, instances, ...rest } = assert.fail()] = folders;
    assert.deepEqual(rest, {
      ...destination,
      ...{ subjectPrefix: 'Sub', origin: { kind: 'received', callingAe: 'SCANNER' }, open: true },
    });
    assert.ok(bytes > 0 && Math.abs(Date.now() - lastArrival) < 60_000);
    sink.associationEnded('a1');
    sink.associationEnded('a2');
    for (const { id: one } of folders) await rig.closed(one);
  });

  it('has one folder for all associations of a retrieval, also after it was emptied', async () => {
    const origin = { kind: 'retrieved', node: 'PACS' } as const;
    const sink = rig.spool.sink(destination, origin);
    await Promise.all([receive(sink, sample(1, 'a1')), receive(sink, sample(2, 'a2'))]);
    const id = await rig.onlyFolder();
    assert.deepEqual((await rig.spool.folder(id))?.origin, origin);
    assert.equal(sink.folder, id);
    sink.associationEnded('a1');
    assert.equal((await rig.spool.folder(id))?.open, true);
    sink.associationEnded('a2');
    await rig.closed(id);
    for (const path of await rig.objects(id)) await rig.spool.archived(id, path);
    assert.equal(await rig.spool.folder(id), undefined);
    await receive(sink, sample(3, 'a3'));
    assert.equal((await rig.spool.folder(id))?.instances, 1);
  });

  const syntaxes: readonly Syntax[] = ['implicit', 'explicit', 'big', 'deflated', 'encapsulated'];
  for (const syntax of syntaxes) {
    it(`gives an object in ${syntax} as a file whose data set is what came`, async () => {
      const sent = sample(1, 'a1', { syntax, rows: 512, columns: 512 });
      assert.equal(sent.object.transferSyntax, syntaxUids[syntax]);
      const sink = rig.spool.sink(destination, { kind: 'retrieved', node: 'PACS' });
      for (const [index, size] of [100, 4000, 100_000].entries()) {
        await receive(sink, { ...sent, object: { ...sent.object, association: `a${index}` } }, size);
        const id = await rig.onlyFolder();
        const [path = '', ...twins] = await rig.objects(id);
        assert.deepEqual(twins, []);
        const file = rig.read(path);
        assert.equal(file.toString('latin1', 128, 132), 'DICM');
        assert.ok(dataSetOf(file).equals(sent.dataSet));
        await rig.spool.archived(id, path);
      }
    });
  }

  it('takes objects larger than a frame without holding them', async () => {
    const sent = sample(1, 'a1', { rows: 1024, columns: 2048 });
    assert.ok(sent.dataSet.length > 4 * frameSize);
    const sink = rig.spool.sink(destination);
    const reception = await sink.begin(sent.object);
    for (let at = 0; at < sent.dataSet.length; at += 60_000) {
      await reception.write(sent.dataSet.subarray(at, at + 60_000));
    }
    const [part = ''] = await rig.parts();
    const onDisk = (await stat(join(rig.places(await rig.onlyFolder()).parts, part))).size;
    assert.ok(sent.dataSet.length - onDisk < 2 * frameSize);
    assert.equal((await rig.spool.use()).objects, 0);
    await reception.commit();
    const [path = ''] = await rig.objects(await rig.onlyFolder());
    assert.ok(dataSetOf(rig.read(path)).equals(sent.dataSet));
  });

  it('refuses what is no whole object or another one than was announced, and keeps nothing of it', async () => {
    const sink = rig.spool.sink(destination);
    const { object, dataSet } = sample(1);
    const large = sample(2, 'a1', { rows: 1024, columns: 1024 });
    const cases = [
      ['DICOM_DAMAGED', object, dataSet.subarray(0, dataSet.length - 10)],
      ['DICOM_DAMAGED', large.object, large.dataSet.subarray(0, large.dataSet.length - 10)],
      ['SOP_MISMATCH', { ...object, sopInstanceUid: '1.2.3' }, dataSet],
      ['SOP_MISMATCH', { ...object, sopClassUid: '1.2.3' }, dataSet],
      ['SOP_MISMATCH', { ...large.object, sopInstanceUid: '1.2.3' }, large.dataSet],
      ['SOP_MISMATCH', object, Buffer.alloc(0)],
      ['DICOM_DAMAGED', object, Buffer.alloc(1000, 'garbage')],
    ] as const;
    for (const [code, announced, bytes] of cases) {
      await assert.rejects(receive(sink, { object: announced, dataSet: bytes }), { code });
    }
    assert.deepEqual(await rig.parts(), []);
    assert.deepEqual(await rig.objects(await rig.onlyFolder()), []);
    await receive(sink, sample(3));
    assert.equal((await rig.spool.use()).objects, 1);
  });

  it('leaves nothing of what was aborted, and no folder of an association that brought nothing', async () => {
    const sink = rig.spool.sink(destination);
    for (const options of [{}, { rows: 1024, columns: 1024 }]) {
      const { object, dataSet } = sample(1, 'a1', options);
      const reception = await sink.begin(object);
      await reception.write(dataSet);
      await reception.abort();
    }
    assert.deepEqual(await rig.parts(), []);
    sink.associationEnded('a1');
    await rig.until(async () => (await rig.spool.folders()).length === 0);
  });

  it('keeps the same bytes once, and other bytes of the same instance beside them', async () => {
    const sink = rig.spool.sink(destination);
    const large = { rows: 1024, columns: 1024 };
    for (const options of [{}, large]) {
      await receive(sink, sample(1, 'a1', options));
      await receive(sink, sample(1, 'a1', options));
    }
    const id = await rig.onlyFolder();
    assert.equal((await rig.objects(id)).length, 2);
    await receive(sink, sample(1, 'a1', { patientName: 'Other^Name' }));
    assert.equal((await rig.objects(id)).length, 3);
    assert.deepEqual(await rig.parts(), []);
  });

  it('forgets an object when it is archived, knows that it was, and takes the empty folder away', async () => {
    const sink = rig.spool.sink(destination);
    const [one, two] = [sample(1), sample(2)];
    await receive(sink, one);
    await receive(sink, two);
    sink.associationEnded('a1');
    const uids = [one.object.sopInstanceUid, two.object.sopInstanceUid, '1.2.3'];
    const id = await rig.onlyFolder();
    await rig.closed(id);
    assert.deepEqual([...(await sink.pending(uids))], uids.slice(0, 2));
    let told = 0;
    sink.onDidSettle(() => told++);
    const path = await pathOf(one.object.sopInstanceUid, id);
    await rig.spool.archived(id, path);
    assert.deepEqual([...(await sink.pending(uids))], [two.object.sopInstanceUid]);
    assert.deepEqual([...(await sink.archived(uids))], [one.object.sopInstanceUid]);
    await rig.until(() => Promise.resolve(told > 0));
    await rig.spool.remove(id);
    // Another process, later.
    const later = rig.other();
    assert.deepEqual(await later.folders(), []);
    assert.deepEqual([...(await later.sink(destination).archived(uids))], [one.object.sopInstanceUid]);
    assert.deepEqual([...(await later.sink(destination).pending(uids))], []);
  });
  const pathOf = async (uid: string, id: string): Promise<string> => {
    for (const path of await rig.objects(id)) if (rig.read(path).includes(uid)) return path;
    return assert.fail();
  };
});
