/** The offered names that look most like the one that was written. */
export function nearestNames(word: string, names: readonly string[]): readonly string[] {
  const ranked = names.map((name) => ({ name, alike: likeness(word, name) })).filter(({ alike }) => alike >= 0.3);
  return ranked
    .sort((a, b) => b.alike - a.alike || a.name.localeCompare(b.name))
    .slice(0, 3)
    .map(({ name }) => name);
}

/** Shared pairs of letters: 1 is the same word, 0 has nothing in common. People write pgvector for vector. */
function likeness(a: string, b: string): number {
  const [left, right] = [pairs(a), pairs(b)];
  const shared = [...left].filter((pair) => right.has(pair)).length;
  return (2 * shared) / (left.size + right.size || 1);
}

function pairs(word: string): ReadonlySet<string> {
  const text = ` ${word.toLowerCase()} `;
  return new Set(Array.from({ length: text.length - 1 }, (_, i) => text.slice(i, i + 2)));
}
