// Looks for the subject of a pseudonym, or makes it, in a process of its own that kills itself at a call of the archive.
import { subjectOfPseudonym } from '../../src/services/subjects/subjectOfPseudonym.js';
import { openXnatArchive } from '../../src/services/xnat/openArchive.js';
import { interrupted } from './interrupted.js';
import { subjectContext } from './subjectContext.js';

async function main(): Promise<void> {
  const [url = '', stateFolder = '', pseudonym = '', moment = '', when = ''] = process.argv.slice(2);
  const password = (): Promise<string> => Promise.resolve('sandbox-bob');
  const archive = openXnatArchive({ url, userName: 'bob', password }, '0.0.0');
  const die = (): void => void process.kill(process.pid, 'SIGKILL');
  const deadly = interrupted(archive, Number(moment), when === 'before' ? when : 'after', die);
  const context = subjectContext(deadly, stateFolder);
  const { tree } = await subjectOfPseudonym(context, pseudonym);
  process.send?.(tree.label, () => process.disconnect());
}

void main();
