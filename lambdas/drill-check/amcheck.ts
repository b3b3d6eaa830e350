import { attempt, limits } from '../heartbeat/attempt';
import type { Session } from '../shared/database';
import { qualified } from '../shared/identifiers';
import { undone } from '../vector-indexes/session';
import { type Check, type Finding, listed, reason } from './check';
import type { Searching } from './vectors';

interface Tree {
  readonly oid: string;
  readonly name: string;
  readonly bytes: number;
}

// With heapallindexed every row is looked up in the index, which costs a scan of the table.
const outOfTime = '57014';
const deepBytes = 256 * 1024 * 1024;

/** Reads every B-tree for disorder. What it needs is made in a transaction that is undone. */
export const amcheck: Check<Searching> = {
  name: 'amcheck',
  title: 'No B-tree is corrupt',
  expected: 'amcheck finds every B-tree in order, where the server offers it.',
  // Large trees come cold from S3, and would take all the time that is left.
  run: ({ session, until }) => undone(session, () => checkTrees(session, Date.now() + (until - Date.now()) / 2)),
};

const notRun = (why: string): Finding => ({
  passed: true,
  found: 'Not run.',
  warning: `B-trees were not read: ${why}.`,
});

async function checkTrees(session: Session, until: number): Promise<Finding> {
  const { rows: offered } = await session.query<{ schema: string | null }>(
    `SELECT n.nspname AS schema FROM pg_available_extensions a LEFT JOIN pg_extension e ON e.extname = a.name
     LEFT JOIN pg_namespace n ON n.oid = e.extnamespace WHERE a.name = 'amcheck'`,
  );
  if (!offered[0]) return notRun('this server does not offer amcheck');
  if (offered[0].schema === null) {
    const refused = await session.query('CREATE EXTENSION amcheck SCHEMA public').then(
      () => undefined,
      (error: { code?: string }) => error,
    );
    if (refused?.code === '42501') return notRun('the admin may not create the extension amcheck here');
    if (refused !== undefined) throw refused;
  }
  const call = qualified(offered[0].schema ?? 'public', 'bt_index_check', 'function');
  const { rows: allowed } = await session.query<{ may: boolean }>(
    "SELECT has_function_privilege(($1 || '(regclass,boolean)')::regprocedure, 'EXECUTE') AS may",
    [call],
  );
  if (!allowed[0]?.may) return notRun('the admin may not call the functions of amcheck here');
  return readTrees(session, call, until);
}

async function readTrees(session: Session, call: string, until: number): Promise<Finding> {
  const trees = await listTrees(session);
  const corrupt: string[] = [];
  const left: string[] = [];
  for (const tree of trees) {
    const ms = until - Date.now();
    if (ms <= 0) {
      left.push(tree.name);
      continue;
    }
    try {
      await attempt(session, async () => {
        await session.query(limits(ms, 5_000));
        await session.query(`SELECT ${call}($1::oid::regclass, $2)`, [tree.oid, tree.bytes <= deepBytes]);
      });
    } catch (error) {
      // Out of time says nothing about the tree.
      if ((error as { code?: string }).code === outOfTime) left.push(tree.name);
      else corrupt.push(`${tree.name}: ${reason(error)}`);
    }
  }
  const read = trees.length - left.length;
  return {
    passed: corrupt.length === 0,
    found:
      corrupt.length === 0 ? `${read} B-trees, all in order.` : `${corrupt.length} of ${read}: ${listed(corrupt, 5)}.`,
    warning:
      left.length > 0 ? `There was no time to read ${left.length} of ${trees.length}: ${listed(left, 5)}.` : undefined,
    evidence: { Trees: trees.length, Deep: trees.filter(({ bytes }) => bytes <= deepBytes).length, Corrupt: corrupt },
  };
}

async function listTrees(session: Session): Promise<readonly Tree[]> {
  const { rows } = await session.query<Tree>(
    `SELECT c.oid::text AS oid, n.nspname || '.' || c.relname AS name, pg_relation_size(c.oid)::float8 AS bytes
     FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid JOIN pg_am m ON m.oid = c.relam AND m.amname = 'btree'
     JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'i' AND c.relpersistence = 'p' AND i.indisvalid AND i.indisready
       AND n.nspname !~ '^pg_(toast|temp)' AND n.nspname <> 'information_schema'
     ORDER BY (n.nspname = 'pg_catalog'), 3`,
  );
  return rows;
}
