import type { Client } from 'pg';

/** How far, in each dimension, the documents lie around their subject, and the passages around their document. */
export interface Spread {
  readonly what: string;
  readonly document: number;
  readonly passage: number;
}

/** The nearest neighbours of a passage are the others of its document, as in a search over texts. */
export const documents: Spread = { what: 'passages of documents', document: 1, passage: 0.5 };

/** Documents that lie so far from their subject that subjects run into each other, and lists cut through them. */
export const scattered: Spread = { what: 'scattered documents', document: 2, passage: 1.5 };

/** Nothing but 200 round clouds without any structure within: an easy case for lists, a hard one for a graph. */
export const clouds: Spread = { what: 'structureless clouds', document: 0, passage: 0.5 };

/**
 * Clustered vectors, the same at every run: 200 subjects in a cube of width 1, documents of 20 passages around them.
 * Computed in the server from one seed.
 */
export async function makeVectors(
  client: Client,
  table: string,
  rows: number,
  dimensions: number,
  spread: Spread = documents,
): Promise<void> {
  await client.query(`CREATE TABLE ${table} (id int PRIMARY KEY, embedding vector(${dimensions}) NOT NULL)`);
  await client.query('SELECT setseed(0.42)');
  // A random number for each dimension: `of` makes PostgreSQL compute new ones for each row.
  const around = (of: string, centre: string, width: number) =>
    `(SELECT array_agg(x + (random() - 0.5) * ${width}) FROM unnest(${centre}) AS x WHERE ${of} >= 0)`;
  await client.query(`CREATE TEMP TABLE subject AS
    SELECT s, ${around('s', `array_fill(0::float8, ARRAY[${dimensions}])`, 1)} AS x FROM generate_series(0, 199) AS s`);
  await client.query(`CREATE TEMP TABLE document AS
    SELECT d, ${around('d', 'subject.x', spread.document)} AS x
    FROM generate_series(0, ${Math.ceil(rows / 20)}) AS d JOIN subject ON s = d % 200`);
  // In the order of their numbers passages of one document would lie side by side, so they are dealt out.
  await client.query(`INSERT INTO ${table}
    SELECT i, ${around('i', 'document.x', spread.passage)}::vector
    FROM generate_series(1, ${rows}) AS i JOIN document ON d = i % ${Math.ceil(rows / 20)} ORDER BY i`);
  await client.query('DROP TABLE subject, document');
  await client.query(`VACUUM ANALYZE ${table}`);
}
