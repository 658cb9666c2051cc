import { isAeTitle, isHost, isPort } from '../services/dimse/addresses.js';
import type { RemoteNode } from '../services/dimse/listenerTypes.js';
import { usage } from './options.js';

/** A DICOM node as an option names it, `AET@HOST:PORT`; an IPv6 address stands in brackets. @throws USAGE */
export function parseNode(text: string, option: string): RemoteNode {
  const [, aeTitle = '', inBrackets, name, digits] =
    /^([^@]*)@(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(text) ?? [];
  const host = inBrackets ?? name ?? '';
  const port = Number(digits);
  if (!isAeTitle(aeTitle) || !isHost(host) || !isPort(port))
    throw usage(`The option --${option} takes a DICOM node as AET@HOST:PORT.`);
  return { aeTitle: aeTitle.trim(), host, port };
}
