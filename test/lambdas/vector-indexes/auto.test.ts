import {
  builtTooEarly,
  idealLists,
  idealProbes,
  listsOutgrown,
  tooManyProbes,
} from '../../../lambdas/vector-indexes/auto';
import { candidatesFor } from '../../../lambdas/vector-indexes/tune';

test('lists are a thousandth of the rows up to a million, then their square root, and never none', () => {
  const expected = [
    [0, 1],
    [1_400, 1],
    [100_000, 100],
    [1_000_000, 1_000],
    [1_000_001, 1_000],
    [4_000_000, 2_000],
    [10_000_000_000, 32_768],
  ] as const;
  for (const [rows, lists] of expected) expect([rows, idealLists(rows)]).toEqual([rows, lists]);
});

test('lists of scattered data are the square root of the rows, whatever their number', () => {
  const expected = [
    [0, 1],
    [10_000, 100],
    [100_000, 316],
    [4_000_000, 2_000],
    [10_000_000_000, 32_768],
  ] as const;
  for (const [rows, lists] of expected) expect([rows, idealLists(rows, true)]).toEqual([rows, lists]);
});

test('probes are too many above the square root of the lists', () => {
  expect([9, 10, 11].map((probes) => tooManyProbes(probes, 100))).toEqual([false, false, true]);
});

test('probes are about the square root of the lists', () => {
  expect([1, 2, 100, 1_000].map(idealProbes)).toEqual([1, 1, 10, 32]);
});

test('lists are outgrown when they are off by more than two, in either direction, on a table worth caring about', () => {
  expect(listsOutgrown(100, idealLists(200_000))).toBe(false);
  expect(listsOutgrown(100, idealLists(201_000))).toBe(true);
  expect(listsOutgrown(100, idealLists(50_000))).toBe(false);
  expect(listsOutgrown(100, idealLists(49_000))).toBe(true);
  expect(listsOutgrown(1, idealLists(9_000))).toBe(false);
  expect(listsOutgrown(1, idealLists(10_000))).toBe(true);
});

test('an index was built too early when it saw fewer rows than it has lists, and rows have come since', () => {
  expect(builtTooEarly(100, 0, 0)).toBe(false);
  expect(builtTooEarly(100, 0, 10)).toBe(true);
  expect(builtTooEarly(100, 20, 99)).toBe(false);
  expect(builtTooEarly(100, 20, 100)).toBe(true);
  expect(builtTooEarly(100, 100, 1_000_000)).toBe(false);
});

test('the candidates for probes begin with one, grow, and end at half of the lists', () => {
  expect(candidatesFor(100)).toEqual([1, 2, 3, 4, 5, 7, 9, 12, 16, 22, 30, 41]);
  expect(candidatesFor(1)).toEqual([1]);
});
