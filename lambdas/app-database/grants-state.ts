import type { Session } from '../shared/database';
import type { ObjectKind } from './privileges';
import type { AclEntry } from './roles-state';

export interface ObjectState {
  readonly kind: ObjectKind;
  readonly schema: string;
  /** Quoted by the server, with its schema, and with its arguments where it has some. */
  readonly name: string;
  readonly owner: string;
  /** Whether we may act as its owner. */
  readonly ours: boolean;
  readonly acl: readonly AclEntry[];
  /** A SECURITY DEFINER function: who may call it is part of what it does, so it stays as its author left it. */
  readonly definer: boolean;
}

export interface SchemaState {
  readonly name: string;
  readonly owner: string;
  readonly ours: boolean;
  readonly acl: readonly AclEntry[];
  /** What the application's owner may do in it, by whatever way. */
  readonly ownerUses: boolean;
  readonly ownerCreates: boolean;
}

export interface DefaultState {
  readonly creator: string;
  /** Null for all schemas. */
  readonly schema: string | null;
  readonly code: string;
  readonly acl: readonly AclEntry[];
}

export interface GrantsState {
  readonly schemas: readonly SchemaState[];
  readonly defaults: readonly DefaultState[];
  readonly objects: readonly ObjectState[];
  /** Objects that belong to the migrator: made without SET ROLE to the owner. */
  readonly strays: number;
}

const acl = (
  expression: string,
) => `(SELECT coalesce(json_agg(DISTINCT jsonb_build_object('privilege', a.privilege_type,
  'grantee', CASE WHEN a.grantee = 0 THEN '' ELSE pg_get_userbyid(a.grantee) END)), '[]')
  FROM aclexplode(${expression}) a)`;

// A right on one column counts as one on its table: taking it from the table takes it from the column.
// Objects of an extension are the extension's, those of pg_ schemas the server's.
const query = `
WITH schemas AS (
       SELECT * FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'),
     member AS (SELECT classid, objid FROM pg_depend WHERE deptype = 'e'),
     objects AS (
       SELECT CASE c.relkind WHEN 'S' THEN 'sequence' ELSE 'table' END AS kind, s.nspname AS schema,
              format('%I.%I', s.nspname, c.relname) AS name, c.relowner AS owner, false AS definer,
              coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner))
                || coalesce((SELECT array_agg(x) FROM pg_attribute a, unnest(a.attacl) x
                             WHERE a.attrelid = c.oid AND NOT a.attisdropped), '{}') AS acl
       FROM pg_class c JOIN schemas s ON s.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
         AND NOT EXISTS (SELECT FROM member WHERE classid = 'pg_class'::regclass AND objid = c.oid)
       UNION ALL
       SELECT 'function', s.nspname, p.oid::regprocedure::text, p.proowner, p.prosecdef,
              coalesce(p.proacl, acldefault('f', p.proowner))
       FROM pg_proc p JOIN schemas s ON s.oid = p.pronamespace
       WHERE NOT EXISTS (SELECT FROM member WHERE classid = 'pg_proc'::regclass AND objid = p.oid))
SELECT json_build_object(
  'schemas', (SELECT coalesce(json_agg(json_build_object('name', nspname, 'owner', pg_get_userbyid(nspowner),
      'ours', pg_has_role(current_user, nspowner, 'USAGE'),
      'ownerUses', has_schema_privilege($1, oid, 'USAGE'), 'ownerCreates', has_schema_privilege($1, oid, 'CREATE'),
      'acl', ${acl("coalesce(nspacl, acldefault('n', nspowner))")}) ORDER BY nspname), '[]') FROM schemas),
  'defaults', (SELECT coalesce(json_agg(json_build_object('creator', pg_get_userbyid(d.defaclrole),
      'schema', n.nspname, 'code', d.defaclobjtype, 'acl', ${acl('d.defaclacl')})), '[]')
    FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
    WHERE pg_get_userbyid(d.defaclrole) IN ($1, $2)),
  'objects', (SELECT coalesce(json_agg(json_build_object('kind', kind, 'schema', schema, 'name', name,
      'owner', pg_get_userbyid(owner), 'ours', pg_has_role(current_user, owner, 'USAGE'), 'definer', definer,
      'acl', ${acl('objects.acl')}) ORDER BY kind, name), '[]') FROM objects),
  'strays', (SELECT count(*)::int FROM pg_shdepend
    WHERE deptype = 'o' AND refclassid = 'pg_authid'::regclass
      AND refobjid = (SELECT oid FROM pg_roles WHERE rolname = $2)
      AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
      -- Its own default privileges are listed as owned, and are not an object to hand over.
      AND classid <> 'pg_default_acl'::regclass)
) AS state`;

export async function readGrants(session: Session, owner: string, migrator: string): Promise<GrantsState> {
  // With no search path, the server writes every name with its schema.
  await session.query("SELECT set_config('search_path', '', false)");
  const { rows } = await session.query<{ state: GrantsState }>(query, [owner, migrator]);
  if (!rows[0]) throw new Error('a query without FROM gave no row');
  return rows[0].state;
}
