import type { Session } from '../../shared/database';
import type { ForeignKeyState, IndexState } from '../contract';

// With nothing but pg_catalog on the path, every name comes with its schema.
const plainPath = 'SET LOCAL search_path = pg_catalog';

const mine = (namespace: string) =>
  `${namespace}.nspname !~ '^pg_' AND ${namespace}.nspname NOT IN ('information_schema', $1)`;
const notOfExtension = (oid: string) =>
  `NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = ${oid} AND d.deptype = 'e')`;

export async function readIndexes(session: Session, ledgerSchema: string): Promise<readonly IndexState[]> {
  await session.query(plainPath);
  const { rows } = await session.query<IndexState>(
    `SELECT n.nspname || '.' || c.relname AS name, tn.nspname || '.' || t.relname AS table,
            pg_get_indexdef(c.oid) AS definition, i.indisvalid AND i.indisready AND i.indislive AS valid,
            m.amname AS method, c.relispartition AS partition
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace tn ON tn.oid = t.relnamespace JOIN pg_am m ON m.oid = c.relam
     WHERE ${mine('n')} AND t.relpersistence <> 't' AND ${notOfExtension('t.oid')}
     ORDER BY 1`,
    [ledgerSchema],
  );
  return rows;
}

const columnNames = (relation: string, numbers: string) =>
  `ARRAY(SELECT a.attname::text FROM unnest(${numbers}) WITH ORDINALITY u (number, place)
         JOIN pg_attribute a ON a.attrelid = ${relation} AND a.attnum = u.number ORDER BY u.place)`;
const tableJson = (namespace: string, relation: string) =>
  `json_build_object('schema', ${namespace}.nspname, 'name', ${relation}.relname)`;

export async function readForeignKeys(session: Session, ledgerSchema: string): Promise<readonly ForeignKeyState[]> {
  const { rows } = await session.query<ForeignKeyState>(
    `SELECT k.conname AS name, ${tableJson('n', 'c')} AS table, ${columnNames('k.conrelid', 'k.conkey')} AS columns,
            ${tableJson('rn', 'r')} AS references, ${columnNames('k.confrelid', 'k.confkey')} AS "referencedColumns",
            k.convalidated AS validated
     FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_class r ON r.oid = k.confrelid JOIN pg_namespace rn ON rn.oid = r.relnamespace
     WHERE k.contype = 'f' AND k.conparentid = 0 AND ${mine('n')} AND ${notOfExtension('c.oid')}
     ORDER BY n.nspname, c.relname, k.conname`,
    [ledgerSchema],
  );
  return rows;
}

export async function readExtensions(session: Session): Promise<Readonly<Record<string, string>>> {
  const { rows } = await session.query<{ name: string; version: string }>(
    'SELECT extname AS name, extversion AS version FROM pg_extension ORDER BY 1',
  );
  return Object.fromEntries(rows.map(({ name, version }) => [name, version]));
}
