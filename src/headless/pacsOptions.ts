import { isAeTitle } from '../services/dimse/addresses.js';
import type { NodeTls } from '../services/dimse/listenerTypes.js';
import type { PacsConnection, QueryModel } from '../services/query/types.js';
import { parseNode } from './nodeAddress.js';
import { usage, type Options, type OptionTable } from './options.js';
import { readOptionFile } from './prompt.js';

/** Options of the commands that talk to a PACS. */
export const pacsOptions: OptionTable = {
  pacs: { type: 'string', value: 'AET@HOST:PORT', help: 'the PACS' },
  ae: { type: 'string', value: 'AET', help: 'our AE title (GIFTCLOUD)' },
  model: { type: 'string', value: 'M', help: 'information model: study (default) or patient' },
  timeout: { type: 'string', value: 'N', help: 'seconds without an answer after which we give up (60)' },
  'pacs-tls': { type: 'boolean', help: 'the PACS speaks TLS' },
  'pacs-ca': { type: 'string', value: 'FILE', help: 'PEM file of who signed its certificate' },
  'pacs-cert': { type: 'string', value: 'FILE', help: 'our PEM certificate, where it asks for one' },
  'pacs-key': { type: 'string', value: 'FILE', help: 'PEM key of our certificate' },
};

/** The PACS of the options. @throws USAGE */
export async function readPacs(options: Options): Promise<PacsConnection> {
  const node = parseNode(options.required('pacs'), 'pacs');
  const callingAe = (options.text('ae') ?? 'GIFTCLOUD').trim();
  if (!isAeTitle(callingAe)) throw usage('The option --ae takes an AE title: up to 16 letters and digits.');
  const tls = await readTls(options);
  const timeoutMs = (options.whole('timeout', 1) ?? 60) * 1000;
  return { ...node, name: node.aeTitle, callingAe, timeoutMs, ...(tls && { tls }) };
}

/** @throws USAGE */
export function readModel(options: Options): QueryModel {
  const model = options.text('model') ?? 'study';
  if (model !== 'study' && model !== 'patient') throw usage('The option --model takes study or patient.');
  return model;
}

async function readTls(options: Options): Promise<NodeTls | undefined> {
  const file = async (name: string): Promise<string | undefined> => {
    const path = options.text(name);
    return path === undefined ? undefined : readOptionFile(path, name);
  };
  const [ca, cert, key] = await Promise.all(['pacs-ca', 'pacs-cert', 'pacs-key'].map(file));
  if ((cert === undefined) !== (key === undefined)) {
    throw usage('A certificate of ours needs both --pacs-cert and --pacs-key.');
  }
  const anyFile = ca !== undefined || cert !== undefined;
  if (!options.flag('pacs-tls')) {
    if (anyFile) throw usage('Add --pacs-tls: the files are for TLS.');
    return undefined;
  }
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
}
