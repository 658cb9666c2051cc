import { KeyStore } from '../../src/services/keys/keyStore.js';

/** A process of its own that rotates the key of a project again and again until it is killed. */
async function main(): Promise<void> {
  const [stateFolder = '', project = ''] = process.argv.slice(2);
  const store = new KeyStore(stateFolder);
  await store.create(project, { scheme: 'keyed' });
  for (;;) {
    const { id } = await store.rotate(project);
    process.send?.(id);
  }
}

void main();
