import { l10n, Uri, type DataTransfer, type TreeDragAndDropController } from 'vscode';
import type { DroppedFolder } from '../services/spool/droppedFolders.js';
import { GiftCloudError } from '../services/support/errors.js';
import { isThisMachine } from '../workbench/localHost.js';
import type { UploadOrder } from '../workbench/uploads.js';
import { isArchiveNode, labelOf, projectOf, subjectOf, type Node } from './nodes.js';

const uriList = 'text/uri-list';

export interface DropOptions {
  readonly remoteName: string | undefined;
  /** A place for bytes without a path. */
  keep(): Promise<DroppedFolder>;
  upload(order: UploadOrder): Promise<unknown>;
  /** Runs an action as a command runs: logged, and with its failure shown. Never rejects. */
  run(action: () => Promise<unknown>): Promise<void>;
}

/**
 * Takes files and folders dropped on a project, a subject (the data must be that subject's) or the empty space (the
 * project is asked for): from the Explorer as URIs, from the operating system as URIs or as bytes without a path.
 */
export class DropController implements TreeDragAndDropController<Node> {
  readonly dragMimeTypes: readonly string[] = [];
  /** `files` stands for whatever files the operating system hands over, whose type may be anything. */
  readonly dropMimeTypes: readonly string[] = [uriList, 'files'];

  constructor(private readonly options: DropOptions) {}

  async handleDrop(target: Node | undefined, data: DataTransfer): Promise<void> {
    await this.options.run(async () => {
      const place = placeOf(target);
      // Bytes can be read only until this function returns; the upload itself goes on after it.
      const dropped = await this.read(data);
      void this.options.run(async () => {
        try {
          const { inputs, kept } = dropped;
          await this.options.upload({ inputs, ...(kept && { dropped: kept.id }), ...place });
        } finally {
          await dropped.kept?.close();
        }
      });
    });
  }

  private async read(data: DataTransfer): Promise<{ inputs: readonly string[]; kept?: DroppedFolder }> {
    const paths = new Set<string>();
    const withoutPath: (() => Thenable<Uint8Array>)[] = [];
    for (const [mime, item] of data) {
      const file = item.asFile();
      if (file?.uri) paths.add(localPath(file.uri));
      else if (file) withoutPath.push(() => file.data());
      else if (mime === uriList)
        for (const uri of parseUriList(await item.asString())) paths.add(localPath(uri));
    }
    // The same file may come twice, as a URI and as bytes: the path is enough.
    if (paths.size > 0) return { inputs: [...paths] };
    if (withoutPath.length === 0) {
      throw new GiftCloudError('USAGE', l10n.t('Nothing that was dropped is a file or a folder.'), {
        hint: l10n.t('Drop files or folders of the Explorer or of your desktop.'),
      });
    }
    const kept = await this.keepBytes(withoutPath);
    return { inputs: [kept.path], kept };
  }

  private async keepBytes(files: readonly (() => Thenable<Uint8Array>)[]): Promise<DroppedFolder> {
    if (!isThisMachine(this.options.remoteName)) {
      throw new GiftCloudError(
        'NOT_ALLOWED',
        l10n.t('These files would travel to a remote machine before they are anonymised.'),
        {
          hint: l10n.t('Copy them to the remote machine yourself, or open this window on your own machine.'),
        },
      );
    }
    const folder = await this.options.keep();
    try {
      for (const read of files) await folder.add(await read());
      return folder;
    } catch (error) {
      await folder.close();
      throw error;
    }
  }
}

function placeOf(target: Node | undefined): { project?: string; expectedSubject?: string } {
  const node = target && !isArchiveNode(target) ? target.parent : target;
  if (!node) return {};
  const subject = subjectOf(node);
  const project = projectOf(node).row.id;
  return subject ? { project, expectedSubject: labelOf(subject) } : { project };
}

function localPath(uri: Uri): string {
  if (uri.scheme === 'file') return uri.fsPath;
  throw new GiftCloudError('USAGE', l10n.t('Only files and folders of this machine can be uploaded.'), {
    hint: l10n.t('Save them to a folder first.'),
  });
}

function parseUriList(text: string): Uri[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => Uri.parse(line.trim(), true));
}
