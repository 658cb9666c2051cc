import { isSchemeName, type SchemeName } from '../services/keys/scheme.js';
import { usage } from './options.js';

/** The scheme of `--scheme`. @throws USAGE */
export function readScheme(name: string | undefined, usual: SchemeName): SchemeName {
  if (name === undefined) return usual;
  if (isSchemeName(name)) return name;
  throw usage('The option --scheme takes keyed or gift-cloud.');
}
