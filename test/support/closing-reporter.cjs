// Closes a run: lists by name the tests that a kind of Postgres could not run, each with the reason, and counts in one
// line that a program can read.
const { existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

module.exports = class ClosingReporter {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites }) {
    listNotRun();
    // A file that does not even load has failed, though none of its tests has.
    const failed = Math.max(numFailedTests, numFailedTestSuites);
    process.stdout.write(`\n${numPassedTests} passed, ${failed} failed, ${numPendingTests} skipped\n`);
  }
};

function listNotRun() {
  const file = join(process.env.PLINTH_RUN_FOLDER ?? '', 'not-run.jsonl');
  if (!existsSync(file)) return;
  const entries = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const groups = Map.groupBy
    ? Map.groupBy(entries, ({ kind, reason }) => `${kind}: ${reason}`)
    : entries.reduce((map, entry) => {
        const key = `${entry.kind}: ${entry.reason}`;
        return map.set(key, [...(map.get(key) ?? []), entry]);
      }, new Map());
  process.stderr.write(`\nNot run, because this kind of Postgres cannot do it (${entries.length}):\n`);
  for (const [reason, group] of groups) {
    process.stderr.write(`  ${reason}\n`);
    for (const { test } of group) process.stderr.write(`    - ${test}\n`);
  }
}
