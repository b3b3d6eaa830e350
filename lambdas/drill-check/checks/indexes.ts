import { newName } from '../../vector-indexes/names';
import { listed, type Reading, type ReadingCheck, sameLedger } from '../check';

/** Every index that was there is there, as it was and valid: a restore of a dump goes on without one that it cannot build. */
export const indexes = ({ input }: Pick<Reading, 'input'>): ReadingCheck => ({
  name: 'indexes',
  title: 'Every index is there, and valid',
  expected: 'Each index of the last manifest with the same migrations, as it was; none is invalid.',
  run: async ({ now, manifests }) => {
    const declared = Object.entries(input.Expected.VectorIndexes);
    const vector = declared.map(([name, { table }]) => `${table.schema}.${name}`);
    const building = declared.map(([name, { table }]) => `${table.schema}.${newName(name)}`);
    const then = manifests.findLast((each) => sameLedger(now, each));
    const before = (then?.indexes ?? []).filter(({ partition }) => !partition);
    const found = new Map(now.indexes.map((each) => [each.name, each]));
    const missing = before.filter(({ name }) => !found.has(name) && !building.includes(name)).map(({ name }) => name);
    // Another definition of a declared vector index is a change of the config, and its own check looks at that.
    const changed = before.filter(
      ({ name, definition }) => !vector.includes(name) && found.has(name) && found.get(name)?.definition !== definition,
    );
    const invalid = now.indexes.filter(({ valid }) => !valid).map(({ name }) => name);
    const begun = invalid.filter((name) => building.includes(name));
    const broken = invalid.filter((name) => !building.includes(name));
    const problems = [
      ...(missing.length > 0 ? [`Missing: ${listed(missing)}.`] : []),
      ...(broken.length > 0 ? [`Invalid: ${listed(broken)}.`] : []),
      ...(changed.length > 0 ? [`Not as it was: ${listed(changed.map(({ name }) => name))}.`] : []),
    ];
    const warnings = [
      ...(then === undefined ? ['No manifest has the same migrations, so only their validity was looked at.'] : []),
      ...(begun.length > 0 ? [`A build was going on when the backup was made: ${listed(begun)}.`] : []),
    ];
    const compared = then === undefined ? 'held against no manifest' : `held against the manifest of ${then.at}`;
    return {
      passed: problems.length === 0,
      found: problems.length === 0 ? `${now.indexes.length} indexes, all valid, ${compared}.` : problems.join(' '),
      ...(warnings.length > 0 && { warning: warnings.join(' ') }),
      evidence: {
        Indexes: now.indexes.length,
        ByMethod: countBy(now.indexes.map(({ method }) => method)),
        Missing: before.filter(({ name }) => missing.includes(name)).map(({ definition }) => definition),
        Invalid: invalid,
        Changed: changed.map(({ name, definition }) => ({
          Name: name,
          Was: definition,
          Is: found.get(name)?.definition,
        })),
      },
    };
  },
});

function countBy(words: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
