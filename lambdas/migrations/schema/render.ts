import { createHash } from 'node:crypto';
import type { QueryResult, QueryResultRow } from 'pg';
import type { Session } from '../../shared/database';
import { literal } from '../../shared/identifiers';
import { comments, extensions, functions, operators, schemata, sequences, types } from './objects';
import * as hanging from './relations';

export interface SchemaOptions {
  /** Left out, because it is the ledger's. */
  readonly ledgerSchema?: string | undefined;
  /** Names of indexes that are left out: those that the config declares are made and changed apart from the files. */
  readonly ignoreIndexes?: readonly string[] | undefined;
  /** A transaction is open, and its snapshot is the one to read. */
  readonly inTransaction?: boolean | undefined;
}

export interface RenderedSchema {
  /** SQL for people: complete in what it tells, not meant to be run. */
  readonly text: string;
  /** SHA-256 of the text. */
  readonly fingerprint: string;
}

interface Relation extends QueryResultRow {
  readonly oid: number;
  readonly kind: 'r' | 'p' | 'v' | 'm' | 'f';
  readonly name: string;
  readonly unlogged: boolean;
  readonly secured: boolean;
  readonly forced: boolean;
  readonly options: string | null;
  readonly partitionKey: string | null;
  readonly bound: string | null;
  readonly replica: string | null;
  readonly parents: string | null;
  readonly definition: string | null;
}

interface Column extends QueryResultRow {
  readonly relation: number;
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly identity: string;
  readonly generated: string;
  readonly expression: string | null;
  readonly collation: string | null;
  readonly counting: string | null;
}

interface Hanging extends QueryResultRow {
  readonly relation: number;
  readonly text: string;
}

/**
 * The live schema as text. The same for every order in which its objects can have been made, for every search_path, and
 * for PostgreSQL 16 to 18; owners and grants are another operation's and are left out. One round trip.
 */
export async function renderSchema(session: Session, options: SchemaOptions = {}): Promise<RenderedSchema> {
  const mine = hanging.projectSchemas(literal(options.ledgerSchema ?? 'plinth'));
  const ignored = `ARRAY[${(options.ignoreIndexes ?? []).map(literal).join(', ')}]::text[]`;
  const queries = [
    ...[extensions, schemata(mine), types(mine), sequences(mine), functions(mine), operators(mine)],
    ...[hanging.relations(mine), hanging.columns(mine), hanging.constraints(mine), hanging.indexes(mine, ignored)],
    ...[hanging.triggers(mine), hanging.rules(mine), hanging.policies(mine), hanging.statistics(mine)],
    comments(mine, ignored),
  ];
  // One snapshot for all of it. With pg_catalog alone on the path, every other name is printed with its schema.
  const [begin, end, undo] = options.inTransaction ? withinTransaction : ownTransaction;
  const path = 'SET LOCAL search_path = pg_catalog';
  let results: QueryResult[];
  try {
    results = (await session.query([begin, path, ...queries, end].join(';\n'))) as unknown as QueryResult[];
  } catch (error) {
    await session.query(undo).catch(() => undefined);
    throw error;
  }
  const rows = (index: number) => results[index + 2]?.rows ?? [];
  const texts = (index: number) => (rows(index) as { text: string }[]).map(({ text }) => text);
  const about = new Map<number, string[]>();
  for (const { relation, text } of [9, 10, 11, 12, 13].flatMap((index) => rows(index) as Hanging[])) {
    about.set(relation, [...(about.get(relation) ?? []), text]);
  }
  const columnsOf = groups(rows(7) as Column[]);
  const constraintsOf = groups(rows(8) as Hanging[]);
  const tables = (rows(6) as Relation[]).flatMap((relation) => [
    [
      relationText(relation, columnsOf.get(relation.oid) ?? [], constraintsOf.get(relation.oid) ?? []),
      ...extras(relation),
      ...(about.get(relation.oid) ?? []),
    ].join('\n'),
  ]);
  const blocks = [
    ...[texts(0).join('\n'), texts(1).join('\n'), texts(2).join('\n'), texts(3).join('\n')],
    ...[...texts(4), texts(5).join('\n'), ...tables, texts(14).join('\n')],
  ].filter((block) => block !== '');
  const text = `${blocks.join('\n\n')}\n`;
  return { text, fingerprint: fingerprintOf(text) };
}

const ownTransaction = ['BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY', 'COMMIT', 'ROLLBACK'] as const;
// The search_path goes back to what it was.
const backToBefore = 'ROLLBACK TO SAVEPOINT plinth_schema; RELEASE SAVEPOINT plinth_schema';
const withinTransaction = ['SAVEPOINT plinth_schema', backToBefore, backToBefore] as const;

export const fingerprintOf = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');

function groups<T extends { relation: number }>(rows: readonly T[]): Map<number, T[]> {
  const map = new Map<number, T[]>();
  for (const row of rows) map.set(row.relation, [...(map.get(row.relation) ?? []), row]);
  return map;
}

function relationText(relation: Relation, columns: readonly Column[], constraints: readonly Hanging[]): string {
  const { kind, name, definition, options, unlogged, parents, bound, partitionKey } = relation;
  const storage = options === null ? '' : ` WITH (${options})`;
  if (definition !== null)
    return `CREATE ${kind === 'v' ? '' : 'MATERIALIZED '}VIEW ${name}${storage} AS\n${definition};`;
  const lines = [...columns.map(columnText), ...constraints.map(({ text }) => text)].map((line) => `  ${line}`);
  const origin =
    parents === null ? '' : bound === null ? ` INHERITS (${parents})` : ` PARTITION OF ${parents} ${bound}`;
  const partitioned = partitionKey === null ? '' : ` PARTITION BY ${partitionKey}`;
  const what = kind === 'f' ? 'FOREIGN TABLE' : unlogged ? 'UNLOGGED TABLE' : 'TABLE';
  return `CREATE ${what} ${name} (\n${lines.join(',\n')}\n)${origin}${partitioned}${storage};`;
}

const generated: Readonly<Record<string, string>> = { s: 'STORED', v: 'VIRTUAL' };

function columnText({
  name,
  type,
  required,
  identity,
  generated: how,
  expression,
  collation,
  counting,
}: Column): string {
  const parts = [name, type];
  if (collation !== null) parts.push(`COLLATE ${collation}`);
  if (how !== '') parts.push(`GENERATED ALWAYS AS (${expression ?? ''}) ${generated[how] ?? how}`);
  else if (expression !== null) parts.push(`DEFAULT ${expression}`);
  if (identity !== '') {
    const options = counting === null || counting === '' ? '' : ` (${counting})`;
    parts.push(`GENERATED ${identity === 'a' ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY${options}`);
  }
  if (required) parts.push('NOT NULL');
  return parts.join(' ');
}

function extras({ name, secured, forced, replica }: Relation): string[] {
  return [
    ...(secured ? [`ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY;`] : []),
    ...(forced ? [`ALTER TABLE ${name} FORCE ROW LEVEL SECURITY;`] : []),
    ...(replica === null ? [] : [`ALTER TABLE ${name} REPLICA IDENTITY ${replica};`]),
  ];
}
