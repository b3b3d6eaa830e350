import type { Client } from 'pg';
import { withSession } from '../../../lambdas/shared/database';
import type { Connect } from '../../../lambdas/vector-indexes/build';
import type {
  HnswIndex,
  IvfflatIndex,
  VectorIndex,
  VectorIndexesInput,
} from '../../../lambdas/vector-indexes/contract';
import { reconcile } from '../../../lambdas/vector-indexes/reconcile';
import type { TestPostgres } from '../../support/postgres';

export const dimensions = 32;

export const hnsw = (changes: Partial<HnswIndex> = {}): HnswIndex => ({
  table: { schema: 'app', name: 'items' },
  column: 'embedding',
  dimensions,
  metric: 'cosine',
  storage: 'vector',
  where: undefined,
  buildInlineBelow: 'auto',
  method: 'hnsw',
  m: 16,
  efConstruction: 64,
  efSearch: 40,
  ...changes,
});

export const ivfflat = (changes: Partial<IvfflatIndex> = {}): IvfflatIndex => {
  const { m: _m, efConstruction: _c, efSearch: _s, ...common } = hnsw();
  return { ...common, method: 'ivfflat', lists: 'auto', probes: 'auto', ...changes };
};

export const input = (
  indexes: Readonly<Record<string, VectorIndex>>,
  more: Partial<VectorIndexesInput> = {},
): VectorIndexesInput => ({ indexes, owner: 'app_owner', searchRoles: ['app_user'], ...more });

/** The database as the operations before this one leave it: owned by a role that cannot log in. */
export async function prepare(client: Client): Promise<void> {
  await client.query('CREATE EXTENSION vector');
  for (const role of ['app_owner', 'app_user']) {
    await client.query(`CREATE ROLE ${role}`);
    await client.query(`GRANT ${role} TO CURRENT_USER WITH INHERIT TRUE, SET TRUE`);
  }
  await client.query('CREATE SCHEMA app AUTHORIZATION app_owner');
}

/** `app.items`, afresh, with rows in clusters of fifty. */
export async function fill(client: Client, rows: number, type = `vector(${dimensions})`, size = dimensions) {
  await client.query('SET ROLE app_owner');
  await client.query('DROP TABLE IF EXISTS app.items');
  await client.query(`CREATE TABLE app.items (id int PRIMARY KEY, kind int NOT NULL, embedding ${type})`);
  await addRows(client, 1, rows, size);
  await client.query('RESET ROLE');
}

export async function addRows(client: Client, from: number, to: number, size = dimensions): Promise<void> {
  await client.query(
    `INSERT INTO app.items SELECT i, i % 10,
       (SELECT array_agg(sin((i % 50 + 1) * (j + 1) * 0.7) + 0.3 * sin(i::float8 * j * 1.37))::vector
        FROM generate_series(1, $3::int) AS j)
     FROM generate_series($1::int, $2::int) AS i`,
    [from, to, size],
  );
}

/** Runs a build that fails halfway: its condition is `app.fails(id - 50)`, which row 50 cannot answer. */
export async function leaveInvalid(client: Client, sql: string): Promise<void> {
  await client.query('SET ROLE app_owner');
  // The build finds out when the index is in the catalog already.
  await client.query(
    `CREATE OR REPLACE FUNCTION app.fails(int) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT 1 / $1 > 0'`,
  );
  await client.query(sql).then(
    () => {
      throw new Error('The build was expected to fail.');
    },
    () => undefined,
  );
  await client.query('RESET ROLE');
}

export interface IndexRow {
  readonly name: string;
  readonly valid: boolean;
  readonly definition: string;
}

export async function indexesOf(client: Client): Promise<readonly IndexRow[]> {
  const { rows } = await client.query<IndexRow>(
    `SELECT c.relname AS name, i.indisvalid AS valid, pg_get_indexdef(c.oid) AS definition
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
     WHERE i.indrelid = 'app.items'::regclass AND a.amname IN ('ivfflat', 'hnsw') ORDER BY 1`,
  );
  return rows;
}

export const connector =
  (postgres: TestPostgres): Connect =>
  (settings, work) => {
    const { host, port, master, database, ca } = postgres.instance;
    return withSession({ host, port, ...master, database, ca }, settings, work);
  };

/** The report of the one index that is declared. */
export async function reconcileOne(client: Client, declared: VectorIndexesInput, connect?: Connect) {
  const result = await reconcile(client, declared, connect && { connect });
  const [report] = result.indexes;
  if (!report) throw new Error('No index was declared.');
  return { ...result, report };
}
