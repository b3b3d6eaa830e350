// Closes a run: lists by name the tests that a kind of Postgres could not run, each with the reason, and counts in one
// line that a program can read.
const { existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

module.exports = class ClosingReporter {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites }) {
    const notRun = readNotRun();
    if (notRun.length > 0) list(notRun);
    // To Jest they have passed. A file that does not even load has failed, though none of its tests has.
    const passed = numPassedTests - notRun.length;
    const failed = Math.max(numFailedTests, numFailedTestSuites);
    process.stdout.write(`\n${passed} passed, ${failed} failed, ${numPendingTests + notRun.length} skipped\n`);
  }
};

function readNotRun() {
  const file = join(process.env.PLINTH_RUN_FOLDER ?? '', 'not-run.jsonl');
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line));
}

function list(entries) {
  const tests = new Map();
  for (const { kind, reason, test } of entries) {
    const key = `${kind}: ${reason}`;
    tests.set(key, [...(tests.get(key) ?? []), test]);
  }
  process.stderr.write('\nNot run, because what they need is not here:\n');
  for (const [reason, names] of tests) {
    process.stderr.write(`  ${reason}\n${names.map((name) => `    - ${name}\n`).join('')}`);
  }
}
