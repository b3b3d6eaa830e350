import type { Session } from '../shared/database';

export interface RoleDescription {
  readonly name: string;
  readonly lines: readonly string[];
}

interface Row {
  readonly name: string;
  readonly login: boolean;
  readonly limit: number;
  readonly powers: readonly string[];
  readonly memberOf: readonly string[];
  readonly settings: readonly string[];
  readonly grants: readonly { readonly schema: string; readonly rights: string; readonly tables: number }[];
  readonly owns: number;
}

/** Every role that is not the server's own: what it is, and what it may do in the database of this session. */
export async function describeRoles(session: Session): Promise<readonly RoleDescription[]> {
  const { rows } = await session.query<Row>(
    `WITH rights AS (
       SELECT a.grantee, n.nspname::text AS schema, c.oid,
              string_agg(DISTINCT a.privilege_type, ', ' ORDER BY a.privilege_type) AS rights
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(c.relacl) a
       WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
         AND a.grantee <> c.relowner
       GROUP BY 1, 2, 3)
     SELECT r.rolname AS name, r.rolcanlogin AS login, r.rolconnlimit AS limit,
       array_remove(ARRAY[CASE WHEN rolsuper THEN 'is a superuser' END, CASE WHEN rolcreaterole THEN 'creates roles' END,
         CASE WHEN rolcreatedb THEN 'creates databases' END, CASE WHEN rolreplication THEN 'replicates' END,
         CASE WHEN rolbypassrls THEN 'goes around row security' END], NULL) AS powers,
       ARRAY(SELECT pg_get_userbyid(m.roleid)::text FROM pg_auth_members m WHERE m.member = r.oid GROUP BY m.roleid ORDER BY 1)
         AS "memberOf",
       ARRAY(SELECT c || CASE WHEN s.setdatabase = 0 THEN ' in all databases' ELSE '' END
             FROM pg_db_role_setting s, unnest(s.setconfig) c
             WHERE s.setrole = r.oid
               AND s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
             ORDER BY 1) AS settings,
       (SELECT coalesce(json_agg(json_build_object('schema', schema, 'rights', rights, 'tables', tables)
                                 ORDER BY schema, rights), '[]')
        FROM (SELECT schema, rights, count(*) AS tables FROM rights WHERE grantee = r.oid GROUP BY 1, 2) g) AS grants,
       (SELECT count(*)::int FROM pg_class c WHERE c.relowner = r.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
          AND c.relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname ~ '^pg_' OR nspname = 'information_schema'))
         AS owns
     FROM pg_roles r WHERE r.rolname !~ '^(pg_|rds)' ORDER BY r.rolname`,
  );
  return rows.map((row) => ({ name: row.name, lines: describe(row) }));
}

function describe({ login, limit, powers, memberOf, settings, grants, owns }: Row): readonly string[] {
  const connections = limit === -1 ? 'any number of connections' : `${limit} connections`;
  const tables = (n: number) => `${n} ${n === 1 ? 'table or view' : 'tables and views'}`;
  return [
    [login ? `may log in, ${connections}` : 'may not log in', ...powers].join('; '),
    ...(memberOf.length > 0 ? [`member of ${memberOf.join(', ')}`] : []),
    ...(settings.length > 0 ? [`settings: ${settings.join(', ')}`] : []),
    ...(owns > 0 ? [`owns ${tables(owns)}`] : []),
    ...grants.map((grant) => `in ${grant.schema}: ${grant.rights} on ${tables(grant.tables)}`),
  ];
}
