import { Channel } from '../support/channel.js';
import { GiftCloudError, throwIfAborted } from '../support/errors.js';
import { withFinder } from './finder.js';
import { Search } from './search.js';
import { isBlank, termProblems } from './terms.js';
import type { PacsConnection, QueryEvent, QueryRequest, QueryRow } from './types.js';

/** Rows that are told together, and how long one waits for others; milliseconds. */
const batchRows = 100;
const batchMs = 50;
/** Batches that wait for a slow reader before the node has to wait, too. */
const batchesAhead = 4;

/**
 * Searches a PACS (C-FIND, PS3.4 C.4.1). Rows are told while answers arrive; a slow reader holds back the node. When the signal
 * fires, or nobody reads on, the node is told to stop (C-CANCEL).
 * @throws USAGE (terms that can't be sent, a blank search that nobody agreed to), NODE_REFUSED, NODE_UNREACHABLE, NODE_TIMEOUT,
 * NODE_REJECTED, NODE_TLS, NODE_BROKEN, CANCELLED
 */
export async function* query(
  node: PacsConnection,
  request: QueryRequest,
  signal?: AbortSignal,
): AsyncGenerator<QueryEvent, void, undefined> {
  assertRequest(request);
  throwIfAborted(signal);
  const left = new AbortController();
  const stop = signal ? AbortSignal.any([signal, left.signal]) : left.signal;
  const batches = new Batches();
  const searching = search(node, request, batches, stop).finally(() => batches.end());
  // Looked at below, when all batches were read.
  searching.catch(() => undefined);
  try {
    for await (const rows of batches) yield { kind: 'rows', rows };
    yield await searching;
  } finally {
    left.abort();
    batches.close();
    await searching.catch(() => undefined);
  }
}

async function search(
  node: PacsConnection,
  request: QueryRequest,
  batches: Batches,
  signal: AbortSignal,
): Promise<QueryEvent> {
  let current: Search | undefined;
  let unusable = 0;
  const work = withFinder(
    node,
    request.model,
    async (finder) => {
      current = new Search(finder, request, (row) => batches.add(row));
      try {
        await current.run();
      } finally {
        unusable = finder.unusable;
      }
    },
    signal,
  );
  await work.catch((error: unknown) => {
    // What was wanted has come; how the node took that we want no more does not matter.
    if (signal.aborted || current?.more !== true) throw error;
  });
  return { kind: 'done', rows: current?.rows ?? 0, more: current?.more ?? false, unusable };
}

function assertRequest({ terms, everything, limit }: QueryRequest): void {
  const [problem] = termProblems(terms);
  if (problem) throw usage(problem.message, `Change the search: ${problem.field}.`);
  if (limit !== undefined && !(Number.isInteger(limit) && limit > 0)) {
    throw usage('The limit of a search is a whole number above 0.', 'Leave it out for all rows.');
  }
  if (isBlank(terms) && everything !== true) {
    throw usage(
      'A search without any term asks for everything that the PACS has, which can take very long.',
      'Give at least one term, or say that you want everything.',
    );
  }
}

function usage(message: string, hint: string): GiftCloudError {
  return new GiftCloudError('USAGE', message, { hint });
}

/** Rows on their way to the reader, some at a time. */
class Batches implements AsyncIterable<readonly QueryRow[]> {
  private readonly channel = new Channel<readonly QueryRow[]>(batchesAhead);
  private rows: QueryRow[] = [];
  private timer: NodeJS.Timeout | undefined;

  /** Resolves when more may come. */
  async add(row: QueryRow): Promise<void> {
    this.rows.push(row);
    if (this.rows.length >= batchRows) await this.flush();
    else this.timer ??= setTimeout(() => void this.flush(), batchMs);
  }

  /** All rows have come; the last ones are still read. */
  end(): void {
    void this.flush().then(() => this.channel.end());
  }

  close(): void {
    clearTimeout(this.timer);
    this.channel.close();
  }

  [Symbol.asyncIterator](): AsyncIterator<readonly QueryRow[], undefined> {
    return this.channel[Symbol.asyncIterator]();
  }

  private async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { rows } = this;
    this.rows = [];
    if (rows.length > 0) await this.channel.put(rows);
  }
}
