'use strict';
// The reporter of every suite: mocha's spec lines for people, and the totals as JSON for scripts/test-all.sh.
// CommonJS because mocha loads it also inside the extension host, where no TypeScript loader runs.
const { mkdirSync, rmSync, writeFileSync } = require('node:fs');
const { dirname } = require('node:path');
const { format } = require('node:util');
const Mocha = require('mocha');

const { EVENT_RUN_END, EVENT_TEST_FAIL } = Mocha.Runner.constants;

class TotalsReporter extends Mocha.reporters.Spec {
  /**
   * Option `output`: the JSON file to write; without it only the lines are printed. Option `prefix`: marks our lines
   * where the editor mixes its own with them.
   */
  constructor(runner, options) {
    const { output, prefix } = options.reporterOptions ?? {};
    if (prefix) Mocha.reporters.Base.consoleLog = (...args) => console.log(prefix + format(...args));
    super(runner, options);
    if (!output) return;
    // A file of an earlier run must never pass for the result of this one.
    rmSync(output, { force: true });
    const failed = [];
    runner.on(EVENT_TEST_FAIL, (test, error) =>
      failed.push({ title: test.fullTitle(), message: String(error?.message ?? error) }),
    );
    runner.once(EVENT_RUN_END, () => {
      const { passes, failures, pending, duration } = this.stats;
      const totals = {
        passed: passes,
        failed: failures,
        skipped: pending,
        milliseconds: duration,
        failures: failed,
      };
      mkdirSync(dirname(output), { recursive: true });
      writeFileSync(output, `${JSON.stringify(totals, null, 2)}\n`);
    });
  }
}

module.exports = TotalsReporter;
