import type { Client } from 'pg';
import { type Column, columnsOf } from './columns';

export interface Sampled {
  readonly tables: readonly string[];
  /** Tables that got no rows, with the reason. */
  readonly left: readonly string[];
}

// An embedded server copies a thousand vectors of 1,536 dimensions in about a second.
const rowsEach = 1_000;
/** Vectors that lie in twenty clouds: as embeddings do, and unlike points that lie anywhere. */
const clouds = 20;
// A prime number, so that a thousand rows with one of each have a thousand vectors.
const steps = 61;

/** Rows like those that an application would write, in every table that is empty. One that refuses them is left out. */
export async function loadSampleRows(client: Client): Promise<Sampled> {
  const tables: string[] = [];
  const left: string[] = [];
  for (const [table, columns] of await columnsOf(client)) {
    try {
      const { rows } = await client.query(`SELECT 1 FROM ${table} LIMIT 1`);
      if (rows.length > 0) continue;
      await client.query(insertion(table, columns));
      await client.query(`ANALYZE ${table}`).catch(() => undefined);
      tables.push(table);
    } catch (error) {
      left.push(`${table} took no sample rows: ${(error as Error).message}`);
    }
  }
  return { tables, left };
}

function insertion(table: string, columns: readonly Column[]): string {
  const filled = columns.filter(({ needed, type, refersTo }) => needed || isVector(type) || refersTo !== null);
  if (filled.length === 0) return `INSERT INTO ${table} SELECT FROM generate_series(1, ${rowsEach})`;
  const names = filled.map(({ name }) => name).join(', ');
  const values = filled.map(sqlFor).join(', ');
  return `INSERT INTO ${table} (${names}) SELECT ${values} FROM generate_series(1, ${rowsEach}) AS i`;
}

const isVector = (type: string) => type === 'vector' || type === 'halfvec';

/** SQL for the value of a column in row `i`. */
function sqlFor(column: Column): string {
  const { type, kind, shown, modifier, refersTo, checks } = column;
  if (refersTo) {
    const all = `(SELECT array_agg(k) FROM (SELECT ${refersTo.column} AS k FROM ${refersTo.table} LIMIT 100) AS known)`;
    return `${all}[1 + i % cardinality(${all})]`;
  }
  const listed = allowedBy(checks);
  if (listed) return `(ARRAY[${listed}])[1 + i % cardinality(ARRAY[${listed}])]`;
  if (kind === 'enum') return `(enum_range(NULL::${shown}))[1 + i % cardinality(enum_range(NULL::${shown}))]`;
  if (kind === 'array') return `'{}'::${shown}`;
  if (isVector(type)) {
    // A middle and a step from it, each made once: to make every number of every row anew takes seconds.
    const middle = vectors(clouds, 'sin(n * 7919 + d * 12.9898)', modifier);
    const step = vectors(steps, 'random() * 0.3', modifier);
    return `(${middle}[1 + i % ${clouds}] + ${step}[1 + i % ${steps}])::${shown}`;
  }
  const sql = values[type];
  if (sql === undefined) throw new Error(`no sample is known for the type ${shown}`);
  return `(${sql})::${shown}`;
}

const vectors = (count: number, number: string, dimensions: number): string =>
  `(SELECT array_agg(v) FROM (SELECT (SELECT array_agg(${number})::vector FROM generate_series(1, ${dimensions}) AS d WHERE n > 0) AS v FROM generate_series(1, ${count}) AS n) AS made)`;

/** The list of a check such as `kind IN ('a', 'b')`, as PostgreSQL writes it back. */
function allowedBy(checks: readonly string[]): string | undefined {
  for (const check of checks) {
    const list = / = ANY \(+ARRAY\[(.+?)\]/.exec(check)?.[1];
    if (list !== undefined) return list;
  }
  return undefined;
}

const values: Readonly<Record<string, string>> = {
  int2: 'i % 30000',
  int4: 'i',
  int8: 'i',
  numeric: 'i % 100',
  float4: 'random()',
  float8: 'random()',
  bool: 'i % 2 = 0',
  text: "'sample ' || i",
  varchar: "'sample ' || i",
  bpchar: "'s'",
  citext: "'sample ' || i",
  uuid: 'gen_random_uuid()',
  timestamptz: "now() - i * interval '1 minute'",
  timestamp: "now() - i * interval '1 minute'",
  date: 'current_date - i % 365',
  time: "'12:00'",
  interval: "i * interval '1 second'",
  json: "json_build_object('sample', i)",
  jsonb: "jsonb_build_object('sample', i)",
  bytea: "decode(md5(i::text), 'hex')",
  inet: "'10.0.0.1'",
  tsvector: "to_tsvector('sample')",
};
