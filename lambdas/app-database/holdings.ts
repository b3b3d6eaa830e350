import type { Session } from '../shared/database';
import type { Holding } from './contract';

/** The databases in which something depends on the role. Null stands for what belongs to the whole server. */
export async function databasesHolding(session: Session, role: string): Promise<readonly (string | null)[]> {
  const { rows } = await session.query<{ database: string | null }>(
    `SELECT DISTINCT d.datname AS database FROM pg_shdepend s LEFT JOIN pg_database d ON d.oid = s.dbid
     WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = (SELECT oid FROM pg_roles WHERE rolname = $1)
     ORDER BY 1`,
    [role],
  );
  return rows.map(({ database }) => database);
}

/** What depends on the role in the database of this session, or on the server as a whole. */
export async function holdingsHere(session: Session, role: string, wholeServer: boolean): Promise<readonly Holding[]> {
  const { rows } = await session.query<Holding>(
    `SELECT CASE WHEN s.dbid = 0 THEN 'the server' ELSE current_database()::text END AS database,
            pg_describe_object(s.classid, s.objid, s.objsubid) AS object,
            CASE s.deptype WHEN 'o' THEN 'owns' WHEN 'r' THEN 'is named in a policy of' ELSE 'has privileges on' END AS how
     FROM pg_shdepend s
     WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = (SELECT oid FROM pg_roles WHERE rolname = $1)
       AND s.dbid = CASE WHEN $2 THEN 0 ELSE (SELECT oid FROM pg_database WHERE datname = current_database()) END
     ORDER BY 3 DESC, 2`,
    [role, wholeServer],
  );
  return rows;
}

/** For people: what it owns by name, the rest as a number. */
export function describeHoldings(role: string, holdings: readonly Holding[]): readonly string[] {
  const places = [...new Set(holdings.map(({ database }) => database))];
  return places.flatMap((place) => {
    const here = holdings.filter(({ database }) => database === place);
    const owned = here.filter(({ how }) => how === 'owns').map(({ object }) => object);
    const others = here.length - owned.length;
    const where = place === 'the server' ? 'On the server' : `In the database ${place}`;
    const more = owned.length > 10 ? `, and ${owned.length - 10} more` : '';
    return [
      ...(owned.length > 0 ? [`${where}, ${role} owns ${owned.slice(0, 10).join(', ')}${more}.`] : []),
      ...(others > 0
        ? [`${where}, ${role} has privileges on ${others} other ${others === 1 ? 'object' : 'objects'}.`]
        : []),
    ];
  });
}
