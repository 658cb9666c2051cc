import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';

/** Called by VS Code inside the extension host: runs every compiled suite beside this file. */
export async function run(): Promise<void> {
  const {
    GIFT_CLOUD_TEST_RESULT: output,
    GIFT_CLOUD_TEST_REPORTER: reporter,
    GIFT_CLOUD_TEST_PREFIX: prefix,
    GIFT_CLOUD_TEST_GREP: grep,
  } = process.env;
  const mocha = new Mocha({
    timeout: 60_000,
    color: false,
    ...(grep === undefined ? {} : { grep }),
    ...(reporter === undefined ? {} : { reporter, reporterOptions: { output, prefix } }),
  });
  const suites = readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.test.js'),
  );
  for (const suite of suites.sort()) mocha.addFile(join(__dirname, suite));
  const failures = await new Promise<number>((done) => mocha.run(done));
  if (failures > 0) throw new Error(`${failures} failed`);
}
