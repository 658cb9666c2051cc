// Exit 0 when node_modules holds what package-lock.json says, 1 when `npm ci` is due. File times don't tell: a fresh
// clone and a branch switch touch them in any order.
import { existsSync, readFileSync } from 'node:fs';

const installed = 'node_modules/.package-lock.json';
if (!existsSync(installed)) process.exit(1);
const packages = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
const have = packages(installed);
const stale = Object.entries(packages('package-lock.json')).filter(
  // Optional packages are for other platforms.
  ([path, wanted]) => path !== '' && !wanted.optional && have[path]?.version !== wanted.version,
);
process.exit(stale.length === 0 ? 0 : 1);
