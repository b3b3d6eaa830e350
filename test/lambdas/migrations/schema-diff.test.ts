import { unifiedDiff } from '../../../lambdas/migrations/schema/diff';

const lines = (...all: string[]) => all.map((line) => `${line}\n`).join('');
const diff = (from: string, to: string) => unifiedDiff(from, to, { from: 'a', to: 'b' });

it('is empty for equal texts', () => {
  expect(diff('x\n', 'x\n')).toBe('');
});

it('shows a change with three lines around it, as diff -u does', () => {
  const from = lines('1', '2', '3', '4', '5', '6', '7', '8', '9');
  expect(diff(from, from.replace('5\n', 'five\n'))).toBe(
    '--- a\n+++ b\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8',
  );
});

it('keeps changes that are far apart in hunks of their own, and near ones in one', () => {
  const from = lines(...Array.from({ length: 30 }, (_, i) => String(i + 1)));
  const far = diff(from, from.replace('3\n', 'x\n').replace('\n28\n', '\n'));
  expect(far.match(/^@@.*@@$/gm)).toEqual(['@@ -1,6 +1,6 @@', '@@ -25,6 +25,5 @@']);
  const near = diff(from, from.replace('\n10\n', '\n').replace('\n15\n', '\n15\n15b\n'));
  expect(near.match(/^@@.*@@$/gm)).toEqual(['@@ -7,12 +7,12 @@']);
});

it('tells a text that is all new, and one that is gone', () => {
  expect(diff('', 'a\n')).toBe('--- a\n+++ b\n@@ -1,0 +1,1 @@\n+a');
  expect(diff('a\n', '')).toBe('--- a\n+++ b\n@@ -1,1 +1,0 @@\n-a');
});
