import assert from 'node:assert/strict';
import { basicProfile } from '../../../src/services/deid/profiles/presets.js';
import { AssociationRejected } from '../../../src/services/dimse/handshake.js';
import type { ListenerOptions } from '../../../src/services/dimse/listenerTypes.js';
import { ListenerReception } from '../../../src/services/reception/listenerReception.js';
import type { ReceptionSettings } from '../../../src/services/reception/types.js';
import type { SpoolDestination } from '../../../src/services/spool/types.js';
import { silentLogger } from '../../../src/services/support/logger.js';
import { buildDataSet, sampleElements } from '../../support/dicomBuilder.js';
import { associated, closed, store, type Peer } from '../../support/dimsePeer.js';
import { PlainSink } from '../../support/plainSink.js';
import { temporaryFolder } from '../../support/seriesFiles.js';

const uid = '1.2.826.0.1.3680043.10.999.4.1';
const dataSet = buildDataSet(sampleElements());

describe('the reception', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let sinks: Map<string, PlainSink>;
  let reception: ListenerReception;
  let lost: AbortController;
  const lead = (): { lost: AbortSignal; release: () => Promise<void> } => ({
    lost: lost.signal,
    release: () => Promise.resolve(),
  });
  const settings = (listener: Partial<ListenerOptions> = {}, project = 'FIRST'): ReceptionSettings => ({
    listener: { aeTitle: 'GIFTCLOUD', port: 0, bind: '127.0.0.1', ...listener },
    destination: { server: 'http://127.0.0.1', user: 'alice', project, profile: basicProfile },
  });
  const received = (project: string): number => sinks.get(project)?.received.length ?? 0;
  const leave = async ({ association, socket }: Peer): Promise<void> => {
    await association.release();
    await closed(socket);
  };
  beforeEach(async () => {
    folder = await temporaryFolder();
    sinks = new Map();
    lost = new AbortController();
    const sink = ({ project }: SpoolDestination): PlainSink => {
      const made = new PlainSink(folder.path);
      sinks.set(project, made);
      return made;
    };
    reception = new ListenerReception({ sink }, silentLogger);
  });
  afterEach(async () => {
    reception.dispose();
    await folder.remove();
  });

  it('counts on when it was stopped and started again', async () => {
    const current = lead();
    for (const objects of [1, 2]) {
      const port = await reception.start(settings(), current);
      const peer = await associated(port);
      assert.equal(await store(peer, uid, dataSet), 0);
      await leave(peer);
      await reception.stop(1000);
      const { state, listener } = reception.status;
      assert.deepEqual([state, listener.objects, listener.accepted], ['stopped', objects, objects]);
    }
  });

  it('takes on what needs no other port, for new associations only', async () => {
    const current = lead();
    const port = await reception.start(settings(), current);
    const before = await associated(port, { calling: 'OLD' });
    assert.equal(await reception.start(settings({ allowedCallers: ['NEW'] }, 'SECOND'), current), port);
    await assert.rejects(associated(port, { calling: 'OLD' }), AssociationRejected);
    const after = await associated(port, { calling: 'NEW' });
    assert.equal(await store(before, uid, dataSet), 0);
    assert.equal(await store(after, `${uid}.1`, dataSet), 0xa900);
    assert.equal(await store(after, uid, dataSet), 0);
    assert.deepEqual([received('FIRST'), received('SECOND')], [1, 1]);
    assert.equal(reception.status.listener.associations, 2);
    await Promise.all([leave(before), leave(after)]);
    assert.equal(reception.status.listener.associations, 0);
  });

  it('binds another port and lets open associations end as they began', async () => {
    const current = lead();
    const first = await reception.start(settings(), current);
    const before = await associated(first);
    // Another address is another binding.
    const second = await reception.start(settings({ bind: '127.0.0.2' }), current);
    await assert.rejects(associated(first));
    assert.equal(await store(before, uid, dataSet), 0);
    assert.deepEqual([reception.status.state, reception.status.listener.port], ['listening', second]);
    const cut = closed(before.socket);
    await reception.stop();
    await cut;
    assert.equal(reception.status.state, 'stopped');
  });

  it('goes on as before when other settings do not work', async () => {
    const current = lead();
    const other = new ListenerReception({ sink: () => new PlainSink(folder.path) }, silentLogger);
    const taken = await other.start(settings(), current);
    const port = await reception.start(settings(), current);
    await assert.rejects(reception.start(settings({ port: taken }), current), { code: 'PORT_IN_USE' });
    const { state, listener, failure } = reception.status;
    assert.deepEqual([state, failure], ['listening', undefined]);
    assert.ok(listener.port !== undefined && port > 0);
    await leave(await associated(listener.port));
    other.dispose();
  });

  it('says why it could not begin', async () => {
    const current = lead();
    const port = await reception.start(settings(), current);
    const other = new ListenerReception({ sink: () => new PlainSink(folder.path) }, silentLogger);
    await assert.rejects(other.start(settings({ port }), current), { code: 'PORT_IN_USE' });
    assert.deepEqual([other.status.state, other.status.failure?.code], ['failed', 'PORT_IN_USE']);
    other.dispose();
  });

  it('stops at once when another process has the lead', async () => {
    const port = await reception.start(settings(), lead());
    const peer = await associated(port);
    const cut = closed(peer.socket);
    lost.abort();
    await cut;
    assert.deepEqual([reception.status.state, reception.status.failure?.code], ['failed', 'LEASE_LOST']);
    await assert.rejects(associated(port));
    await assert.rejects(reception.start(settings(), lead()), { code: 'LEASE_LOST' });
    lost = new AbortController();
    await reception.start(settings(), lead());
    assert.equal(reception.status.state, 'listening');
  });
});
