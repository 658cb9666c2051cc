import { registryRaces } from '../cli/support/registryRaces.js';
import { plainXnat, withExtension } from '../cli/support/registryOutcome.js';

registryRaces('the subject registry', withExtension, 200);
registryRaces('the subject registry on plain XNAT', plainXnat, 200);
