import { readdir, readFile } from 'node:fs/promises';
import type { FileSpool } from '../../src/services/spool/fileSpool.js';
import type { SpoolSink } from '../../src/services/spool/types.js';
import { destination, objectOf, receive, spoolOf } from './spoolRig.js';
import { temporaryFolder, writeSeries, type SeriesOptions } from './seriesFiles.js';

/** What senders bring into the spool of a state folder, each into a folder of its own. */
export class ReceivedFolders {
  readonly spool: FileSpool;
  private readonly sinks = new Map<string, SpoolSink>();

  constructor(
    stateFolder: string,
    private readonly server: string,
  ) {
    this.spool = spoolOf(stateFolder);
  }

  /** The folder, so the job, of a sender. */
  idOf(sender: string): string {
    return this.sinkOf(sender).folder ?? '';
  }

  /** Objects come in, as many as a series has. */
  async receive(sender: string, series: SeriesOptions = {}, open = false): Promise<void> {
    const folder = await temporaryFolder();
    try {
      for (const path of await writeSeries(folder.path, series)) {
        await receive(this.sinkOf(sender), objectOf(await readFile(path), sender));
      }
    } finally {
      await folder.remove();
    }
    if (!open) this.close(sender);
  }

  close(sender: string): void {
    this.sinkOf(sender).associationEnded(sender);
  }

  /** How many objects lie there on the disk. */
  async left(sender: string): Promise<number> {
    const [folder = ''] = this.spool.inputs(this.idOf(sender));
    return (await readdir(folder).catch(() => [])).length;
  }

  private sinkOf(sender: string): SpoolSink {
    const known = this.sinks.get(sender);
    if (known) return known;
    const origin = { kind: 'received', callingAe: 'SCANNER' } as const;
    const sink = this.spool.sink({ ...destination, server: this.server }, origin);
    this.sinks.set(sender, sink);
    return sink;
  }
}
