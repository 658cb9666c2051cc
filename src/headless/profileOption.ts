import { presetNames } from '../services/deid/profiles/presets.js';
import type { OptionSpec } from './options.js';

/** `--profile` of the commands that de-identify. */
export const profileOption: OptionSpec = {
  type: 'string',
  value: 'NAME|FILE',
  help: `de-identification profile: ${presetNames.join(', ')}, or a JSON file (basic)`,
};
