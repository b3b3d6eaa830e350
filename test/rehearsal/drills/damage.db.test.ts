// Each damage that can be asked for, held against the very checks of a drill: a damage that nothing finds is no damage.
import type { Client } from 'pg';
import { chooseDamage, damages, finds } from '../../../rehearsal/drills/damage';
import { failuresOf, useCopies } from '../../lambdas/drill-check/copy';

const { onCopy } = useCopies();

beforeEach(() => void jest.spyOn(process.stdout, 'write').mockImplementation(() => true));
afterEach(() => jest.restoreAllMocks());

const told: Readonly<Record<string, RegExp>> = {
  'truncated-table': /^public\.\w+ was truncated: [\d,]+ rows are gone\.$/,
  'other-dimension':
    /^public\.embeddings\.embedding takes vectors of any dimension, and one row has 3 instead of 1536\.$/,
  'orphaned-row': /^\d+ rows? of public\.\w+ refer by \w+ to a row of \S+ that was deleted\.$/,
  'dropped-index': /^The index public\.\w+ of public\.\w+ was dropped\.$/,
  'dropped-vector-index': /^The index public\.embeddings_ivfflat of public\.embeddings was dropped\.$/,
  'invalid-index': /^The build of public\.\w+ of public\.\w+ broke off, and left it invalid\.$/,
  'stale-snapshot': /two days older/,
  'missing-extension': /^The extension pg_trgm was dropped/,
  'grant-too-many': /^PUBLIC may read public\.\w+\.$/,
  'migration-behind': /^The migration 005_citations is not in the ledger\.$/,
};

// Those that do not touch each other share a copy, which takes most of the time.
const together = [
  ['grant-too-many', 'dropped-index', 'other-dimension'],
  ['orphaned-row', 'dropped-vector-index', 'stale-snapshot', 'invalid-index'],
  ['truncated-table', 'missing-extension'],
  // Against another ledger no manifest is held.
  ['migration-behind'],
];

for (const names of together) {
  onCopy(`the checks find ${names.join(', ')}, and each says what it did`, async (copy) => {
    const chosen = names.map(chooseDamage);
    for (const { name, inDatabase } of chosen) {
      const work = async (session: unknown) => inDatabase?.(session as Client);
      expect(await copy.asMaster(work)).toMatch(told[name] ?? /never/);
    }
    const failed = failuresOf(await copy.check());
    for (const damage of chosen) {
      expect([damage.name, failed.some((check) => finds(damage, check))]).toEqual([damage.name, true]);
    }
  });
}

test('each damage of a database is among these', () => {
  const inDatabase = damages.filter((each) => each.inDatabase).map(({ name }) => name);
  expect(together.flat().sort()).toEqual(inDatabase.sort());
});

test('a name that is none is refused with those that there are', () => {
  expect(() => chooseDamage('flood')).toThrow('There is no damage "flood"; there is truncated-table, other-dimension');
});
