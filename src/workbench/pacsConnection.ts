import { readFile } from 'node:fs/promises';
import { l10n } from 'vscode';
import type { ListenerOptions, ListenerTls, NodeTls, RemoteNode } from '../services/dimse/listenerTypes.js';
import type { PacsConnection } from '../services/query/types.js';
import { GiftCloudError } from '../services/support/errors.js';
import type { ListenerSettings } from './dicomSettings.js';
import { pacsNodes, type PacsNode } from './pacsNodes.js';

/** A node of the settings as it is called, with the contents of its PEM files. @throws USAGE when one can't be read */
export async function remoteNode({ aeTitle, host, port, tls, ...files }: PacsNode): Promise<RemoteNode> {
  return { aeTitle, host, port, ...(tls && { tls: await nodeTls(files) }) };
}

/** The same, as a search and a retrieval talk to it. @param ownAe our AE title where the node names none for us */
export async function pacsConnection(node: PacsNode, ownAe: string): Promise<PacsConnection> {
  const { name, callingAe, timeoutSeconds } = node;
  return {
    ...(await remoteNode(node)),
    name,
    callingAe: callingAe === '' ? ownAe : callingAe,
    timeoutMs: timeoutSeconds * 1000,
  };
}

/** The listener as the settings want it, with the nodes that results of storage commitment go to. @throws USAGE as above */
export async function listenerOptions(settings: ListenerSettings): Promise<ListenerOptions> {
  const { aeTitle, port, bind, allowedCallers, privateClasses } = settings;
  const tls = await listenerTls(settings);
  const nodes = await Promise.all(pacsNodes().nodes.map(remoteNode));
  return {
    ...{ aeTitle, port, allowedCallers, privateClasses, nodes },
    ...(bind !== '' && { bind }),
    ...(tls && { tls }),
  };
}

/** What the listener shows to those who connect; undefined without TLS. */
async function listenerTls({
  certFile,
  keyFile,
  caFile,
}: ListenerSettings): Promise<ListenerTls | undefined> {
  if (certFile === '' && keyFile === '') return undefined;
  const [cert, key] = await Promise.all([readPem(certFile), readPem(keyFile)]);
  return { cert, key, ...(caFile !== '' && { ca: await readPem(caFile) }) };
}

async function nodeTls({
  caFile,
  certFile,
  keyFile,
}: Pick<PacsNode, 'caFile' | 'certFile' | 'keyFile'>): Promise<NodeTls> {
  return {
    ...(caFile !== '' && { ca: await readPem(caFile) }),
    ...(certFile !== '' && { cert: await readPem(certFile) }),
    ...(keyFile !== '' && { key: await readPem(keyFile) }),
  };
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw new GiftCloudError('USAGE', l10n.t('A certificate or key file of the settings can not be read.'), {
      hint: l10n.t('Check the paths under "DICOM nodes" and "listener" in the settings.'),
    });
  }
}
