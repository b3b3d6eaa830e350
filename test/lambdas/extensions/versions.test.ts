import { nearestNames } from '../../../lambdas/extensions/nearest';
import { compareVersions } from '../../../lambdas/extensions/versions';

test.each([
  ['0.10', '0.9', 1],
  ['0.8.0', '0.8', 0],
  ['1.0', '1.0.1', -1],
  ['unpackaged', '1.0', -1],
  ['1.0next', '1.0', -1],
])('%s against %s', (left, right, sign) => {
  expect(Math.sign(compareVersions(left, right))).toBe(sign);
});

test('the names that come nearest are told, and none where none is near', () => {
  const offered = ['vector', 'pg_trgm', 'unaccent', 'citext', 'cube'];
  expect(nearestNames('pgvector', offered)).toEqual(['vector']);
  expect(nearestNames('pg-trgm', offered)).toEqual(['pg_trgm']);
  expect(nearestNames('zzz', offered)).toEqual([]);
});
