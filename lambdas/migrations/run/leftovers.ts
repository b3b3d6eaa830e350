import type { RangeVar } from 'libpg-query';
import type { Session } from '../../shared/database';
import { qualified } from '../../shared/identifiers';
import type { Statement } from '../script';
import { stringsOf } from '../sql/tree';

interface Found {
  readonly schema: string;
  readonly name: string;
  readonly valid: boolean;
}

// A partitioned table's own index (relkind I) is rightly invalid while one of its parts lacks it.
const select = `SELECT n.nspname AS schema, c.relname AS name, i.indisvalid AS valid
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'i'`;

const tableOf = ({ schemaname, relname = '' }: RangeVar) =>
  [schemaname, relname].flatMap((part) => (part === undefined ? [] : [`"${part.replaceAll('"', '""')}"`])).join('.');

async function find(session: Session, condition: string, values: readonly string[]): Promise<Found[]> {
  return (await session.query<Found>(`${select} AND ${condition}`, [...values])).rows;
}

/** An index that a build was to make: under its name, or what a build without a name could have chosen. */
async function indexesOf(session: Session, { node }: Statement): Promise<Found[]> {
  if (!('IndexStmt' in node) || node.IndexStmt.concurrent !== true || node.IndexStmt.relation === undefined) return [];
  const table = tableOf(node.IndexStmt.relation);
  const { idxname } = node.IndexStmt;
  if (idxname !== undefined) return find(session, 'i.indrelid = to_regclass($1) AND c.relname = $2', [table, idxname]);
  return find(session, "i.indrelid = to_regclass($1) AND NOT i.indisvalid AND c.relname ~ '_idx[0-9]*$'", [table]);
}

/** What REINDEX … CONCURRENTLY builds beside the old index and leaves behind where it is interrupted. */
async function reindexed(session: Session, { node }: Statement): Promise<Found[]> {
  if (!('ReindexStmt' in node) || node.ReindexStmt.relation === undefined) return [];
  const name = tableOf(node.ReindexStmt.relation);
  return find(
    session,
    `NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$' AND i.indrelid IN
       (to_regclass($1), (SELECT o.indrelid FROM pg_index o WHERE o.indexrelid = to_regclass($1)))`,
    [name],
  );
}

/**
 * Removes the invalid index that an interrupted build left. It would make the next attempt fail, or, with IF NOT EXISTS,
 * pass for the index that was asked for. Returns a sentence for each.
 */
export async function dropLeftovers(session: Session, statement: Statement): Promise<string[]> {
  const found = [...(await indexesOf(session, statement)), ...(await reindexed(session, statement))];
  const notes: string[] = [];
  for (const { schema, name } of found.filter(({ valid }) => !valid)) {
    const index = qualified(schema, name, 'index');
    await session.query(`DROP INDEX CONCURRENTLY IF EXISTS ${index}`);
    notes.push(`The invalid index ${index}, left by a build that was interrupted, was dropped.`);
  }
  return notes;
}

/**
 * Whether a statement that was begun in an earlier run did its work after all, and only the note of it was lost: the
 * index to build is there and valid, or the index to drop is not.
 */
export async function isDoneAlready(session: Session, statement: Statement): Promise<boolean> {
  const { node } = statement;
  if ('IndexStmt' in node && node.IndexStmt.idxname !== undefined) {
    return (await indexesOf(session, statement)).some(({ valid }) => valid);
  }
  if (!('DropStmt' in node) || node.DropStmt.removeType !== 'OBJECT_INDEX') return false;
  const names = (node.DropStmt.objects ?? []).map((object) =>
    ('List' in object ? stringsOf(object.List.items) : stringsOf([object]))
      .map((part) => `"${part.replaceAll('"', '""')}"`)
      .join('.'),
  );
  const { rows } = await session.query<{ gone: boolean }>(
    'SELECT bool_and(to_regclass(name) IS NULL) AS gone FROM unnest($1::text[]) AS name',
    [names],
  );
  return rows[0]?.gone ?? false;
}
