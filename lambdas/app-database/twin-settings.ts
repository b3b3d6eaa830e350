import type { Session } from '../shared/database';
import { databaseIdentifier, identifier, literal } from '../shared/identifiers';
import { type DeclaredRole, twinName } from './declared';
import type { Step } from './step';

interface Row {
  readonly role: string;
  readonly name: string;
  readonly value: string;
}

/**
 * How many probes a search takes is set for the role in this database, by whoever declares the index. A second login
 * inherits privileges but no settings, so it gets the same. In the application's database only: PostgreSQL takes these
 * names from an ordinary user once the extension is loaded, and there it is.
 */
export async function planTwinSettings(
  session: Session,
  database: string,
  roles: readonly Pick<DeclaredRole, 'name'>[],
): Promise<readonly Step[]> {
  const pairs = roles.map(({ name }) => ({ name, twin: twinName(name) }));
  const { rows } = await session.query<Row>(
    `SELECT r.rolname AS role, split_part(c, '=', 1) AS name, substr(c, strpos(c, '=') + 1) AS value
     FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole JOIN pg_database d ON d.oid = s.setdatabase,
          unnest(s.setconfig) c
     WHERE d.datname = $1 AND r.rolname = ANY ($2::text[]) AND c ~ '^(hnsw|ivfflat)[.][a-z_]+='`,
    [database, pairs.flatMap(({ name, twin }) => [name, twin])],
  );
  const existing = await session.query<{ name: string }>(
    'SELECT rolname AS name FROM pg_roles WHERE rolname = ANY ($1::text[])',
    [pairs.map(({ twin }) => twin)],
  );
  const there = new Set(existing.rows.map(({ name }) => name));
  return pairs
    .filter(({ twin }) => there.has(twin))
    .flatMap(({ name, twin }) => planOne(database, twin, of(rows, name), of(rows, twin)));
}

/** Has the server know the names of pgvector's settings, for the rest of this session. */
export async function loadVector(session: Session): Promise<void> {
  const { rows } = await session.query<{ type: string }>(
    `SELECT format('%I.vector', n.nspname) AS type FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
     WHERE e.extname = 'vector'`,
  );
  if (rows[0]) await session.query(`SELECT '[1]'::${rows[0].type}`);
}

function planOne(database: string, twin: string, wanted: readonly Row[], found: readonly Row[]): readonly Step[] {
  const subject = `Role ${twin}`;
  const alter = `ALTER ROLE ${identifier(twin)} IN DATABASE ${databaseIdentifier(database)}`;
  const set = wanted.flatMap(({ name, value }) => {
    const old = found.find((row) => row.name === name)?.value;
    if (old === value) return [];
    return [
      { subject, what: `${name} ${old ?? 'unset'} -> ${value}`, sql: `${alter} SET ${name} = ${literal(value)}` },
    ];
  });
  const gone = found.filter(({ name }) => !wanted.some((row) => row.name === name));
  return [
    ...set,
    ...gone.map(({ name, value }) => ({ subject, what: `${name} = ${value} removed`, sql: `${alter} RESET ${name}` })),
  ];
}

const of = (rows: readonly Row[], role: string) => rows.filter((row) => row.role === role);
