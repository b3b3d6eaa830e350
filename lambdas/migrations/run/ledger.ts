import type { QueryResult } from 'pg';
import type { Session } from '../../shared/database';
import { OperationError } from '../../shared/errors';
import { identifier, literal, roleIdentifier } from '../../shared/identifiers';
import type { MigrationFile } from '../contract';
import { formats } from './ledger-format';
import type { RunSettings } from './settings';

export interface LedgerRow {
  /** As PostgreSQL prints a bigint. */
  readonly version: string;
  readonly name: string;
  readonly id: string;
  readonly checksum: string;
  /** `unfinished` and `undoing` are files without a transaction that stopped in the middle. */
  readonly state: 'applied' | 'unfinished' | 'undoing';
  readonly how: string;
  readonly by: string;
  readonly at: string;
  readonly ms: string | null;
  readonly build: string | null;
  readonly snapshot: string | null;
  readonly statements: number | null;
  readonly done: number | null;
  readonly started: number | null;
  readonly doneChecksum: string | null;
}

export interface LedgerState {
  /** 0 where there is no ledger yet. */
  readonly format: number;
  readonly rows: readonly LedgerRow[];
}

// The row as JSON, because a ledger of the first format has no such column.
const snapshotColumn = "to_jsonb(migrations) ->> 'snapshot_id' AS snapshot";
const columns = `version, name, id, checksum, state, how, applied_by AS by, build, statements,
  to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at, duration_ms AS ms,
  statements_done AS done, statement_started AS started, done_checksum AS "doneChecksum", ${snapshotColumn}`;

export const ledgerSchema = ({ ledgerSchema: name }: Pick<RunSettings, 'ledgerSchema'>) =>
  identifier(name, 'schema of the ledger');

/** Two statements that give the role and take it back, or none where the migrations run as whoever is logged in. */
export function roleStatements({ role }: Pick<RunSettings, 'role'>): { take: string[]; giveBack: string[] } {
  if (role === undefined) return { take: [], giveBack: [] };
  return { take: [`SET ROLE ${roleIdentifier(role, 'owner role')}`], giveBack: ['RESET ROLE'] };
}

/** One query, in the role that owns the ledger. Where it fails, PostgreSQL undoes SET ROLE with the rest. */
export async function readLedger(session: Session, settings: RunSettings): Promise<LedgerState> {
  const schema = ledgerSchema(settings);
  const { take, giveBack } = roleStatements(settings);
  const select = [`SELECT format FROM ${schema}.ledger`, `SELECT ${columns} FROM ${schema}.migrations`];
  let results: QueryResult[];
  try {
    results = await many(session, [...take, ...select, ...giveBack]);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === '42P01' || code === '3F000') return { format: 0, rows: [] };
    throw roleProblem(error, settings);
  }
  const [formatResult, rowsResult] = results.slice(take.length);
  const format = (formatResult?.rows[0] as { format: number } | undefined)?.format ?? 0;
  if (format > formats.length && !settings.rollback) {
    throw new OperationError(
      `The ledger in schema "${settings.ledgerSchema}" has format ${format}, and this build knows formats up to ${formats.length}; deploy with the newer build.`,
    );
  }
  return { format, rows: (rowsResult?.rows ?? []) as LedgerRow[] };
}

/** Brings the ledger's own tables to the format that this build writes; the role is already taken. */
export async function upgradeLedger(session: Session, settings: RunSettings, format: number): Promise<void> {
  if (format >= formats.length) return;
  const schema = ledgerSchema(settings);
  const { rows } = await session.query('SELECT FROM pg_namespace WHERE nspname = $1', [settings.ledgerSchema]);
  // IF NOT EXISTS would ask for the right to create schemas even where there is nothing to create.
  const create = rows.length === 0 ? [`CREATE SCHEMA ${schema}`] : [];
  const steps = formats.slice(format).map((step) => step(schema));
  const done = `UPDATE ${schema}.ledger SET format = ${formats.length}`;
  // Several statements in one query are one transaction.
  await many(session, [...create, ...steps, done]);
}

/** Runs what follows in the role that owns everything, and gives the role back. */
export async function inRole<T>(session: Session, settings: RunSettings, work: () => Promise<T>): Promise<T> {
  const { take, giveBack } = roleStatements(settings);
  if (take.length === 0) return work();
  await many(session, take).catch((error: unknown) => {
    throw roleProblem(error, settings);
  });
  try {
    return await work();
  } finally {
    // Where the connection is gone, so is the role, and the error of the work is the one to tell.
    await many(session, giveBack).catch(() => undefined);
  }
}

function roleProblem(error: unknown, { role }: RunSettings): unknown {
  const { code, message = '' } = error as { code?: string; message?: string };
  if (role === undefined) return error;
  if (code === '22023' || code === '42704') {
    return new OperationError(`The role "${role}" that is to own the migrations does not exist.`);
  }
  if (code === '42501' && /set role/i.test(message)) {
    return new OperationError(`The role "${role}" cannot be taken: grant it to whoever migrates, WITH SET TRUE.`);
  }
  return error;
}

/** Several statements without values in one round trip, each with its result. */
export async function many(session: Session, statements: readonly string[]): Promise<QueryResult[]> {
  const result: unknown = await session.query(statements.join(';\n'));
  return (Array.isArray(result) ? result : [result]) as QueryResult[];
}

type Key = Pick<MigrationFile, 'version' | 'name'>;
type Row = Key & Pick<MigrationFile, 'id' | 'checksum'>;

const orNull = (value: string | undefined) => (value === undefined ? 'NULL' : literal(value));
const key = ({ version, name }: Key) => `version = ${BigInt(version)} AND name = ${literal(name)}`;

export const durationColumn = 'plinth_duration_ms';
const measured = 'duration_ms = round(extract(epoch FROM clock_timestamp() - applied_at) * 1000)';

/** The statements that write the ledger, as text, so that they travel with the file that they are about. */
export function ledgerStatements(settings: RunSettings) {
  const table = `${ledgerSchema(settings)}.migrations`;
  const insert = ({ version, name, id, checksum }: Row, how: string, extra: Readonly<Record<string, string>> = {}) => {
    const values: Record<string, string> = {
      version: String(BigInt(version)),
      name: literal(name),
      id: literal(id),
      checksum: literal(checksum),
      state: "'applied'",
      how: literal(how),
      build: orNull(settings.build),
      snapshot_id: orNull(settings.snapshot),
      ...extra,
    };
    return `INSERT INTO ${table} (${Object.keys(values).join(', ')}) VALUES (${Object.values(values).join(', ')})`;
  };
  const set = (row: Key, values: Readonly<Record<string, string>>) => {
    const list = Object.entries(values).map(([column, value]) => `${column} = ${value}`);
    return `UPDATE ${table} SET ${list.join(', ')} WHERE ${key(row)}`;
  };
  // Of a file that is taken up again, the first one stays: only that one is from before all of it.
  const begunAgain: Readonly<Record<string, string>> = {
    applied_at: 'clock_timestamp()',
    snapshot_id: `coalesce(snapshot_id, ${orNull(settings.snapshot)})`,
  };
  return {
    insert,
    set,
    begunAgain,
    measure: (row: Key) =>
      `UPDATE ${table} SET ${measured} WHERE ${key(row)} RETURNING duration_ms AS ${durationColumn}`,
    finish: (row: Row) =>
      `UPDATE ${table} SET state = 'applied', checksum = ${literal(row.checksum)}, statement_started = NULL, done_checksum = NULL, build = ${orNull(settings.build)}, ${measured}
       WHERE ${key(row)} RETURNING duration_ms AS ${durationColumn}`,
    remove: (row: Key) =>
      `DELETE FROM ${table} WHERE ${key(row)} RETURNING round(extract(epoch FROM clock_timestamp() - now()) * 1000) AS ${durationColumn}`,
  };
}
