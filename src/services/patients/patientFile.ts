import { join } from 'node:path';
import type { Refusal } from '../deid/types.js';
import { contradictory, issuerKey } from '../pipeline/patientIdentity.js';
import type { DisposableLike } from '../support/disposable.js';
import { KeyedLock } from '../support/keyedLock.js';
import { FactFolder } from './factFolder.js';
import { damagedEnding, factFiles, namesIn } from './factNames.js';
import type { FactReader } from './factReader.js';
import { identityKey, PatientBook } from './patientBook.js';
import { patientKey } from './patientKey.js';
import type {
  Decision,
  KeyFact,
  KnownPatient,
  PatientIdentity,
  PatientMemory,
  PlacedStudy,
  ProjectOnServer,
} from './types.js';

/** How long the book stays in memory after its last use, in ms: it may be large, and it holds names. */
const keptInMemory = 10 * 60 * 1000;

interface OpenFile {
  readonly folder: FactFolder;
  readonly reader: FactReader;
  readonly book: PatientBook;
}

const somebodyElse: Refusal = {
  status: 'held',
  code: 'PATIENT_AMBIGUOUS',
  reason:
    'This machine knows the Patient ID with another name, birth date or issuer: this may be somebody else.',
};

/**
 * The local key file: who stands behind which subject, sealed (design: safety, 6). Several processes may use one state
 * folder at once.
 */
export class PatientFile implements PatientMemory, DisposableLike {
  private readonly lock = new KeyedLock();
  private readonly listeners = new Set<() => void>();
  private opened: OpenFile | undefined;
  private forgetting: NodeJS.Timeout | undefined;

  constructor(private readonly stateFolder: string) {}

  async ready(): Promise<void> {
    await this.use(() => Promise.resolve());
  }

  /** All patients, as the files say it now. @throws KEY_MISSING */
  async patients(): Promise<readonly KnownPatient[]> {
    return this.use(async ({ book }) => book.patients());
  }

  /** Files with parts that can't be read: what stood there is missing from every answer. @throws KEY_MISSING */
  async damaged(): Promise<number> {
    return this.use(async ({ reader }) => reader.damaged);
  }

  async doubtAbout(
    identity: PatientIdentity,
    where: ProjectOnServer & { readonly issuerCounts: boolean },
  ): Promise<Refusal | undefined> {
    return this.use(async ({ book }) => {
      const known = book
        .withPatientId(identity, where)
        .flatMap(({ identities }) => identities)
        .filter((other) => !(where.issuerCounts && haveTwoIssuers(identity, other)));
      if (known.some((other) => identityKey(other) === identityKey(identity))) return undefined;
      return known.some((other) => contradictory([other, identity], where.issuerCounts))
        ? somebodyElse
        : undefined;
    });
  }

  decisionOn(identity: PatientIdentity, where: ProjectOnServer): Promise<Decision | undefined> {
    return this.use(({ book }) => Promise.resolve(book.decisionOn(identity, where)));
  }

  namesakes(identity: PatientIdentity, where: ProjectOnServer): Promise<readonly KnownPatient[]> {
    return this.use(({ book }) => Promise.resolve(book.withPatientId(identity, where)));
  }

  async decided(
    identity: PatientIdentity,
    { server, project }: ProjectOnServer,
    decision: Decision,
  ): Promise<void> {
    await this.add([{ kind: 'decision', at: Date.now(), server, project, identity, ...decision }]);
  }

  async placed(study: PlacedStudy): Promise<void> {
    const { server, project, pseudonym, subject, identity, ...rest } = study;
    const of = { at: Date.now(), server, project, pseudonym };
    await this.add([
      { kind: 'patient', ...of, subject, identity },
      { kind: 'study', ...of, ...rest },
    ]);
  }

  /** Remembers what is not known yet; gives how many facts that were. @throws KEY_MISSING, DISK_FULL */
  async add(facts: readonly KeyFact[]): Promise<number> {
    const added = await this.use(async ({ book, folder }) => {
      const news = facts.filter((fact) => !book.knows(fact));
      await folder.append(news);
      news.forEach((fact) => book.add(fact));
      return news.length;
    });
    if (added > 0) this.listeners.forEach((listener) => listener());
    return added;
  }

  /** Fires when this process remembered something new. */
  onDidChange(listener: () => void): DisposableLike {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  }

  dispose(): void {
    this.listeners.clear();
    this.forget();
  }

  /** One at a time, on a book that has read to the end of the files. */
  private use<T>(work: (file: OpenFile) => Promise<T>): Promise<T> {
    return this.lock.run('file', async () => {
      clearTimeout(this.forgetting);
      const file = (this.opened ??= await this.open());
      try {
        await file.reader.read((fact) => file.book.add(fact));
        return await work(file);
      } catch (error) {
        // A key or file that went wrong is looked at anew by the next one.
        this.forget();
        throw error;
      } finally {
        this.forgetting = setTimeout(() => this.forget(), keptInMemory).unref();
      }
    });
  }

  private async open(): Promise<OpenFile> {
    const path = join(this.stateFolder, 'patients');
    const key = await patientKey(this.stateFolder, async () => {
      const names = await namesIn(path);
      return (await factFiles(path)).length > 0 || names.some((name) => name.endsWith(damagedEnding));
    });
    const folder = new FactFolder(path, key);
    await folder.merge();
    return { folder, reader: folder.reader(), book: new PatientBook() };
  }

  private forget(): void {
    clearTimeout(this.forgetting);
    const file = this.opened;
    this.opened = undefined;
    void file?.folder.close().catch(() => undefined);
  }
}

function haveTwoIssuers(a: PatientIdentity, b: PatientIdentity): boolean {
  const issuers = [issuerKey(a), issuerKey(b)];
  return issuers[0] !== '' && issuers[1] !== '' && issuers[0] !== issuers[1];
}
