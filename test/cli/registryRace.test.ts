import { registryRaces } from './support/registryRaces.js';
import { plainXnat, withExtension } from './support/registryOutcome.js';

registryRaces('the subject registry', withExtension, 40);
registryRaces('the subject registry on plain XNAT', plainXnat, 40);
