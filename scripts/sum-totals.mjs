// Prints the one final line of `npm test` from the result files of the suites. A suite that ended badly without a failed
// test in its file, or without a file, counts as one failure: `suite:exit` for each suite, then the failed steps.
import { existsSync, readFileSync } from 'node:fs';

const sum = { passed: 0, failed: 0, skipped: 0 };
for (const argument of process.argv.slice(2)) {
  const [suite, exit] = argument.split(':');
  const file = `test-results/${suite}.json`;
  const totals = existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : { passed: 0, failed: 0, skipped: 0 };
  sum.passed += totals.passed;
  sum.skipped += totals.skipped;
  sum.failed += exit !== '0' ? Math.max(totals.failed, 1) : totals.failed;
}
console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exit(sum.failed === 0 ? 0 : 1);
