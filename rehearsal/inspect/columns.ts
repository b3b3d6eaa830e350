import type { Client } from 'pg';

export interface Column {
  readonly table: string;
  readonly name: string;
  /** Base type, such as `int4`, `text`, `vector`. */
  readonly type: string;
  readonly kind: 'plain' | 'enum' | 'array';
  /** As SQL writes it, such as `vector(3)`. */
  readonly shown: string;
  /** Of vectors; -1 without. */
  readonly modifier: number;
  readonly needed: boolean;
  /** The column of another table that it refers to. */
  readonly refersTo: { readonly table: string; readonly column: string } | null;
  /** The definitions of the checks that name it alone. */
  readonly checks: readonly string[];
}

const columns = `
  SELECT format('%I.%I', n.nspname, c.relname) AS "table", quote_ident(a.attname) AS name,
         coalesce(b.typname, t.typname) AS type,
         CASE WHEN t.typtype = 'e' THEN 'enum' WHEN t.typcategory = 'A' THEN 'array' ELSE 'plain' END AS kind,
         format_type(a.atttypid, a.atttypmod) AS shown, a.atttypmod AS modifier,
         a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AS needed,
         (SELECT json_build_object('table', format('%I.%I', fn.nspname, fc.relname), 'column', quote_ident(fa.attname))
            FROM pg_constraint k
            JOIN pg_class fc ON fc.oid = k.confrelid JOIN pg_namespace fn ON fn.oid = fc.relnamespace
            JOIN pg_attribute fa ON fa.attrelid = k.confrelid AND fa.attnum = k.confkey[1]
           WHERE k.contype = 'f' AND k.conrelid = c.oid AND k.conkey = ARRAY[a.attnum] LIMIT 1) AS "refersTo",
         ARRAY(SELECT pg_get_constraintdef(k.oid) FROM pg_constraint k
                WHERE k.contype = 'c' AND k.conrelid = c.oid AND k.conkey = ARRAY[a.attnum]) AS checks
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_type b ON b.oid = t.typbasetype AND t.typtype = 'd'
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^(pg_|information_schema$)'
    AND has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'SELECT')
  ORDER BY 1, a.attnum`;

/** The columns of all tables that this session may fill, by table; those that are referred to come first. */
export async function columnsOf(client: Client): Promise<ReadonlyMap<string, readonly Column[]>> {
  const { rows } = await client.query<Column>(columns);
  const byTable = new Map<string, Column[]>();
  for (const column of rows) byTable.set(column.table, [...(byTable.get(column.table) ?? []), column]);
  const ordered = new Map<string, readonly Column[]>();
  const place = (table: string, path: readonly string[]) => {
    const own = byTable.get(table);
    if (!own || ordered.has(table) || path.includes(table)) return;
    for (const { refersTo } of own) if (refersTo) place(refersTo.table, [...path, table]);
    ordered.set(table, own);
  };
  for (const table of byTable.keys()) place(table, []);
  return ordered;
}
