import type { Session } from '../shared/database';
import type { Declaration } from './declared';

export interface RoleState {
  readonly name: string;
  readonly login: boolean;
  readonly createDb: boolean;
  readonly createRole: boolean;
  readonly inherit: boolean;
  /** SUPERUSER, REPLICATION or BYPASSRLS: what only a superuser may take away. */
  readonly untouchable: boolean;
  readonly connectionLimit: number;
  readonly expires: string | null;
  /** Whether we may alter it, grant it and drop it. */
  readonly ours: boolean;
  readonly settings: readonly { readonly everywhere: boolean; readonly name: string; readonly value: string }[];
}

export interface MembershipState {
  readonly role: string;
  readonly member: string;
  readonly grantor: string;
  readonly admin: boolean;
  readonly inherit: boolean;
  readonly set: boolean;
}

export interface AclEntry {
  /** Empty for PUBLIC. */
  readonly grantee: string;
  readonly privilege: string;
}

export interface ServerState {
  readonly version: number;
  readonly me: string;
  readonly roles: Readonly<Record<string, RoleState>>;
  readonly memberships: readonly MembershipState[];
  readonly database: { readonly owner: string; readonly encoding: string; readonly acl: readonly AclEntry[] } | null;
  /** search_path of each role as the server would store it. */
  readonly searchPaths: Readonly<Record<string, string>>;
}

// One round trip, and the same view of everything. pg_authid is closed to the master; pg_roles is not.
const query = `
WITH named AS (SELECT r.* FROM pg_roles r WHERE r.rolname = ANY ($1::text[])),
     db AS (SELECT * FROM pg_database WHERE datname = $2)
SELECT json_build_object(
  'version', current_setting('server_version_num')::int,
  'me', current_user,
  'roles', (SELECT coalesce(json_object_agg(rolname, json_build_object(
      'name', rolname, 'login', rolcanlogin, 'createDb', rolcreatedb, 'createRole', rolcreaterole,
      'inherit', rolinherit, 'untouchable', rolsuper OR rolreplication OR rolbypassrls,
      'connectionLimit', rolconnlimit,
      'expires', CASE WHEN isfinite(rolvaliduntil) THEN rolvaliduntil::text END,
      'ours', (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) OR EXISTS (
          SELECT FROM pg_auth_members m
          WHERE m.roleid = named.oid AND m.admin_option AND pg_has_role(current_user, m.member, 'USAGE')),
      'settings', (SELECT coalesce(json_agg(json_build_object('everywhere', s.setdatabase = 0,
            'name', split_part(c, '=', 1), 'value', substr(c, strpos(c, '=') + 1)) ORDER BY c), '[]')
          FROM pg_db_role_setting s, unnest(s.setconfig) c
          WHERE s.setrole = named.oid AND s.setdatabase IN (0, (SELECT oid FROM db)))
    )), '{}') FROM named),
  'memberships', (SELECT coalesce(json_agg(json_build_object('role', pg_get_userbyid(m.roleid),
      'member', pg_get_userbyid(m.member), 'grantor', pg_get_userbyid(m.grantor), 'admin', m.admin_option,
      'inherit', m.inherit_option, 'set', m.set_option) ORDER BY m.roleid, m.member, m.grantor), '[]')
    FROM pg_auth_members m WHERE m.roleid IN (SELECT oid FROM named) OR m.member IN (SELECT oid FROM named)),
  'database', (SELECT json_build_object('owner', pg_get_userbyid(datdba),
      'encoding', pg_encoding_to_char(encoding),
      'acl', (SELECT coalesce(json_agg(json_build_object('privilege', privilege_type,
            'grantee', CASE WHEN grantee = 0 THEN '' ELSE pg_get_userbyid(grantee) END)), '[]')
          FROM aclexplode(coalesce(datacl, acldefault('d', datdba)))))
    FROM db),
  'searchPaths', (SELECT coalesce(json_object_agg(p.key,
      (SELECT string_agg(quote_ident(e.name), ', ' ORDER BY e.place)
       FROM json_array_elements_text(p.value) WITH ORDINALITY e (name, place))), '{}') FROM json_each($3::json) p)
) AS state`;

export async function readServer(session: Session, declared: Declaration): Promise<ServerState> {
  const names = declared.roles.map(({ name }) => name);
  const paths = Object.fromEntries(declared.roles.map(({ name, searchPath }) => [name, searchPath]));
  const { rows } = await session.query<{ state: ServerState }>(query, [
    names,
    declared.database,
    JSON.stringify(paths),
  ]);
  if (!rows[0]) throw new Error('a query without FROM gave no row');
  return rows[0].state;
}
