import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from './engine';
import { message, readRows } from './wire';

/** What a real server looks up before it lets a session in. A single-user Postgres checks none of it. */
export interface Catalog {
  readonly roles: readonly {
    readonly name: string;
    readonly canLogin: boolean;
    readonly connectionLimit: number;
    readonly verifier: string | null;
    /** Seconds since 1970, or null for ever. */
    readonly validUntil: number | null;
  }[];
  readonly databases: readonly {
    readonly name: string;
    readonly allowsConnections: boolean;
    readonly connectionLimit: number;
    readonly connect: readonly string[];
  }[];
  /** From ALTER DATABASE … SET and ALTER ROLE … SET, the more specific ones later. */
  readonly settings: readonly {
    readonly role: string | null;
    readonly database: string | null;
    readonly config: readonly string[];
  }[];
  /** Parameters that any user may set at login. */
  readonly userParameters: readonly string[];
}

const query = `
SELECT pg_catalog.json_build_object(
  'roles', (SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
      'name', rolname, 'canLogin', rolcanlogin, 'connectionLimit', rolconnlimit, 'verifier', rolpassword,
      'validUntil', CASE WHEN pg_catalog.isfinite(rolvaliduntil) THEN extract(epoch FROM rolvaliduntil) END))
    FROM pg_catalog.pg_authid WHERE rolname !~ '^pg_'),
  'databases', (SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
      'name', datname, 'allowsConnections', datallowconn, 'connectionLimit', datconnlimit,
      'connect', (SELECT pg_catalog.json_agg(rolname) FROM pg_catalog.pg_roles
                  WHERE pg_catalog.has_database_privilege(rolname, datname, 'CONNECT'))))
    FROM pg_catalog.pg_database),
  'settings', coalesce((SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
      'role', r.rolname, 'database', d.datname, 'config', s.setconfig) ORDER BY s.setrole <> 0, s.setdatabase <> 0)
    FROM pg_catalog.pg_db_role_setting s
    LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
    LEFT JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase), '[]'),
  'userParameters', (SELECT pg_catalog.json_agg(pg_catalog.lower(name)) FROM pg_catalog.pg_settings
    WHERE context IN ('user', 'backend')))`;

export async function readCatalog(superuser: Engine): Promise<Catalog> {
  const rows = readRows(await superuser.exec(message('Q', query)));
  return JSON.parse(rows[0]?.[0] ?? 'null') as Catalog;
}

/**
 * Names the state of those shared catalogs on disk, so that what was read once serves until it changes. Undefined when
 * the last session did not end by a shutdown: then the files lag behind the write-ahead log.
 */
export function catalogState(dataDir: string): string | undefined {
  const global = join(dataDir, 'global');
  const control = join(global, 'pg_control');
  // DBState stands behind an 8-byte identifier and two 4-byte versions; 1 is "shut down".
  if (!existsSync(control) || readFileSync(control).readUInt32LE(16) !== 1) return undefined;
  const map = readFileSync(join(global, 'pg_filenode.map'));
  const hash = createHash('sha256').update(map);
  const files = filesOf(map);
  for (const name of readdirSync(global).sort()) {
    const [file = ''] = name.split(/[._]/);
    if (!files.has(Number(file))) continue;
    hash.update(`${name}\0`).update(readFileSync(join(global, name)));
  }
  return hash.digest('hex');
}

// pg_authid, pg_auth_members, pg_database, pg_db_role_setting, and what is too long for the rows of the first, the third
// and the last. A table that is made changes other shared catalogs, and nothing of what is read here.
const shared = new Set([1260, 1261, 1262, 2964, 4175, 4177, 2966]);

/** Where these catalogs are: 4 bytes that name the format, the number of pairs, and the pairs of catalog and file. */
function filesOf(map: Buffer): Set<number> {
  const pairs = Array.from({ length: map.readUInt32LE(4) }, (_, at) => 8 + 8 * at);
  return new Set(pairs.filter((at) => shared.has(map.readUInt32LE(at))).map((at) => map.readUInt32LE(at + 4)));
}
