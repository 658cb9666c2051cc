import { mkdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PatientFile } from '../patients/patientFile.js';
import type { KnownPatient } from '../patients/types.js';
import { Leases, leaseLost, type Lease } from '../queue/leases.js';
import { removeAbandonedParts, writeFileAtomic } from '../support/atomicFile.js';
import { GiftCloudError, systemErrorCode, toGiftCloudError } from '../support/errors.js';
import { keepBefore, tidyBackups } from './backups.js';
import { digestOf, ListRecords, recordFolder } from './listRecord.js';
import { assertNotOpen, listOpen, saysOpen } from './openElsewhere.js';
import { kindOf, passwordNeeded, protect } from './protection.js';
import { sheetsOf, type Sheet } from './sheets.js';
import type { ListOrder, ListOutcome } from './types.js';
import { workbookOf } from './workbook.js';

/** How long another process may write before this one gives up, in ms: longer than a lease of a killed one holds. */
const longestTurn = 60_000;

/**
 * Writes the patient list from the key file: see `WriteList`. From reading to replacing one process does it at a time, so
 * that none of those that share a state folder puts an older list in the place of a newer one. Blocks its thread for a second
 * where there is a password: made for a worker thread.
 */
export async function writeList(order: ListOrder): Promise<ListOutcome> {
  const patients = new PatientFile(order.stateFolder);
  try {
    const lease = await takeTurn(order.stateFolder);
    try {
      return await writeInTurn(order, patients, lease);
    } finally {
      await lease.release();
    }
  } catch (error) {
    throw saysOpen(error) ? listOpen(error) : toGiftCloudError(error);
  } finally {
    patients.dispose();
  }
}

async function writeInTurn(order: ListOrder, patients: PatientFile, lease: Lease): Promise<ListOutcome> {
  const { file, password, purpose, unlessCurrent } = order;
  const records = new ListRecords(order.stateFolder);
  const known = await patients.patients();
  const outcome = { ...countOf(known), damaged: await patients.damaged() };
  const there = await readIfThere(file);
  await assertMayReplace(order, there, records);
  const sheets = sheetsOf(known);
  const content = await records.contentOf(sheets);
  const record = await records.read(file);
  const fingerprint = await records.fingerprint(password);
  const isCurrent = there !== undefined && record?.content === content && record.password === fingerprint;
  const hasNobody = purpose === 'kept' && known.length === 0;
  if (hasNobody || (unlessCurrent && isCurrent)) return { status: 'current', ...outcome, setAside: false };

  const isOurs = there !== undefined && record?.file === digestOf(there);
  if (purpose === 'export' && there !== undefined && !isOurs) throw fileExists();
  await assertNotOpen(file);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await removeAbandonedParts(dirname(file), (name) => name.startsWith(`${basename(file)}.`));
  const bytes = await bytesOf(sheets, password);
  if (purpose === 'kept' && there !== undefined) {
    const saysMore = known.length < (record?.patients ?? 0);
    await keepBefore(file, there, { password, forever: !isOurs || saysMore, now: new Date() });
  }
  await writeFileAtomic(file, bytes, 0o600, async () => {
    await assertNotOpen(file);
    await assertSame(file, there);
    await lease.check();
  });
  await records.write(file, {
    ...{ content, file: digestOf(bytes) },
    ...{ password: fingerprint, patients: known.length },
  });
  if (purpose === 'kept') await tidyBackups(file, password);
  return { status: 'written', ...outcome, setAside: purpose === 'kept' && there !== undefined && !isOurs };
}

async function bytesOf(sheets: readonly Sheet[], password: string | undefined): Promise<Buffer> {
  const workbook = await workbookOf(sheets);
  return password === undefined ? workbook : protect(workbook, password);
}

/** @throws LIST_PASSWORD_NEEDED where a plain list would take the place of a protected one */
async function assertMayReplace(
  { password, purpose }: ListOrder,
  there: Buffer | undefined,
  records: ListRecords,
): Promise<void> {
  if (password !== undefined) return;
  const wasProtected = there !== undefined && kindOf(there) === 'protected';
  if (wasProtected || (purpose === 'kept' && (await records.expectsPassword()))) throw passwordNeeded();
}

function fileExists(): GiftCloudError {
  return new GiftCloudError('FILE_EXISTS', 'There is a file of this name that was not exported from here.', {
    hint: 'It was left as it is. Choose another name.',
  });
}

/** @throws LIST_OPEN when somebody saved the file meanwhile */
async function assertSame(file: string, before: Buffer | undefined): Promise<void> {
  const now = await readIfThere(file);
  if (now === undefined ? before !== undefined : !before?.equals(now)) throw listOpen();
}

/** Waits for other processes of this state folder. @throws LEASE_LOST after a minute */
async function takeTurn(stateFolder: string): Promise<Lease> {
  const folder = recordFolder(stateFolder);
  await new ListRecords(stateFolder).open();
  const leases = new Leases(join(folder, 'clock'));
  const end = performance.now() + longestTurn;
  for (;;) {
    const lease = await leases.acquire(folder, 'list');
    if (lease) return lease;
    if (performance.now() > end) throw leaseLost();
    await sleep(200);
  }
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function countOf(known: readonly KnownPatient[]): { readonly patients: number; readonly studies: number } {
  return { patients: known.length, studies: known.reduce((sum, { studies }) => sum + studies.length, 0) };
}
