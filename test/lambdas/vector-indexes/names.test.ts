import { buildLock, newName, oldName } from '../../../lambdas/vector-indexes/names';
import { indexNames } from '../../../lambdas/vector-indexes/planner';
import { parseRecord, recordText } from '../../../lambdas/vector-indexes/record';
import { percentile, recallOf } from '../../../lambdas/vector-indexes/search';
import { duration, size } from '../../../lambdas/vector-indexes/words';

test('the names beside an index fit into 63 bytes, and those of two long names differ', () => {
  expect(newName('items_index')).toBe('items_index__new');
  const [one, other] = ['a', 'b'].map((last) => 'é'.repeat(31) + last);
  for (const name of [one, other]) {
    for (const beside of [newName(name ?? ''), oldName(name ?? '')]) {
      expect(Buffer.byteLength(beside)).toBeLessThanOrEqual(63);
    }
  }
  expect(newName(one ?? '')).not.toBe(newName(other ?? ''));
});

test('two indexes have two locks, also in two schemas', () => {
  const locks = [buildLock('a', 'x'), buildLock('b', 'x'), buildLock('a', 'y')].map(String);
  expect(new Set(locks).size).toBe(3);
  for (const half of buildLock('a', 'x')) expect(half | 0).toBe(half);
});

test('a record is read back, and a comment of somebody else is none', () => {
  const record = { rows: 7, builtAt: '2026-01-01T00:00:00.000Z', probes: 3, recall: 0.99 };
  expect(parseRecord(recordText(record))).toEqual(record);
  for (const comment of [null, '', 'Mine.', recordText(record).slice(0, -3), recordText({ rows: 1 } as never)]) {
    expect(parseRecord(comment)).toBeUndefined();
  }
});

test('recall counts by distance, so rows at the same distance are as good as each other', () => {
  expect(recallOf([1, 2, 2], [1, 2, 2])).toBe(1);
  expect(recallOf([1, 2, 3], [1, 2, 2])).toBeCloseTo(2 / 3);
  expect(recallOf([-9, -8], [-9.00001, -8])).toBe(1);
  expect(recallOf([], [1, 2])).toBe(0);
  expect(recallOf([], [])).toBe(1);
});

test('a percentile is one of the values', () => {
  const values = [5, 1, 4, 2, 3];
  expect([0, 0.5, 0.95, 1].map((part) => percentile(values, part))).toEqual([1, 3, 5, 5]);
});

test('index names are found however deep they stand in a plan', () => {
  expect(indexNames([{ Plan: { Plans: [{ 'Index Name': 'a' }, { Plans: [{ 'Index Name': 'b' }] }] } }])).toEqual([
    'a',
    'b',
  ]);
});

test('times and sizes are said as people say them', () => {
  expect([0.2, 1, 45, 600, 20_000].map(duration)).toEqual([
    'less than a second',
    '1 second',
    '45 seconds',
    '10 minutes',
    '5.6 hours',
  ]);
  expect([500, 3 * 1024 * 1024, 5 * 1024 ** 3].map(size)).toEqual(['1 kB', '3 MB', '5.0 GB']);
});
