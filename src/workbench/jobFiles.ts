import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Uri, window, workspace, type TextDocumentContentProvider } from 'vscode';
import type { GiftCloudError } from '../services/support/errors.js';

export interface JobFilesOptions {
  /** Where the pipeline writes one file per finished upload. */
  readonly folder: string;
  /** Scheme of the read-only documents that show them. */
  readonly scheme: string;
  /** Ending of the files, which is also that of the documents. */
  readonly ending: string;
  /** Name of a document, in the language of the editor. */
  readonly title: () => string;
  /** Said where there is no file yet. @throws USAGE */
  readonly none: () => GiftCloudError;
}

/** What the pipeline keeps of finished uploads, shown read-only; it holds no identifiers. */
export class JobFiles implements TextDocumentContentProvider {
  constructor(private readonly options: JobFilesOptions) {}

  get scheme(): string {
    return this.options.scheme;
  }

  /** Opens the newest one. @throws USAGE when there is none. */
  async showLast(): Promise<void> {
    await this.open(await this.newest());
  }

  /** Opens the one that a job names. @throws USAGE when it is not there any more. */
  async show(job: string): Promise<void> {
    const name = `${job}${this.options.ending}`;
    if (!(await this.names()).includes(name)) throw this.options.none();
    await this.open(name);
  }

  private async open(name: string): Promise<void> {
    const { scheme, ending, title } = this.options;
    const path = `/${name}/${title()}${ending}`;
    const document = await workspace.openTextDocument(Uri.from({ scheme, path }));
    await window.showTextDocument(document, { preview: true });
  }

  /** Path of the newest one. @throws USAGE when there is none. */
  async lastPath(): Promise<string> {
    return join(this.options.folder, await this.newest());
  }

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const name = uri.path.split('/')[1] ?? '';
    if (!(await this.names()).includes(name)) return '';
    return readFile(join(this.options.folder, name), 'utf8');
  }

  /** Texts of all of them, the newest first. @throws USAGE when there is none. */
  async texts(): Promise<readonly string[]> {
    const names = await this.byTime();
    if (names.length === 0) throw this.options.none();
    return Promise.all(names.toReversed().map((name) => readFile(join(this.options.folder, name), 'utf8')));
  }

  private async newest(): Promise<string> {
    const newest = (await this.byTime()).at(-1);
    if (newest === undefined) throw this.options.none();
    return newest;
  }

  private async byTime(): Promise<readonly string[]> {
    const times = await Promise.all(
      (await this.names()).map(async (name) => ({
        name,
        time: (await stat(join(this.options.folder, name))).mtimeMs,
      })),
    );
    return times.sort((a, b) => a.time - b.time).map(({ name }) => name);
  }

  private async names(): Promise<string[]> {
    const names = await readdir(this.options.folder).catch(() => []);
    return names.filter((name) => name.endsWith(this.options.ending));
  }
}
