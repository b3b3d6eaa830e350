// A text in a plan that is long, or a list of numbers, is a value and not a name.
const longest = 300;
const numbers = /\[\s*-?\d[-\d.,eE+\s]{30,}\]/g;
const bits = /B?'[01]{32,}'/g;

// Most of a plan is these, and most of these are 0.
const isCounter = /( Blocks| Aware| Capable)$/;

/** A plan as evidence: without vectors, without long values, without counters that counted nothing. */
export function scrubbed(plan: unknown): unknown {
  if (Array.isArray(plan)) return plan.map(scrubbed);
  if (typeof plan === 'object' && plan !== null) {
    const told = Object.entries(plan).filter(
      ([key, value]) => !(isCounter.test(key) && (value === 0 || value === false)),
    );
    return Object.fromEntries(told.map(([key, value]) => [key, scrubbed(value)]));
  }
  if (typeof plan !== 'string') return plan;
  const short = plan.replace(numbers, '[…]').replace(bits, "'…'");
  return short.length > longest ? `${short.slice(0, longest)}…` : short;
}

export const explain = (sql: string) => `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${sql}`;

/** The answer of EXPLAIN (FORMAT JSON) in one object. */
export function planOf(rows: readonly Readonly<Record<string, unknown>>[]): unknown {
  const value = rows[0]?.['QUERY PLAN'];
  return scrubbed(Array.isArray(value) ? value[0] : value);
}
