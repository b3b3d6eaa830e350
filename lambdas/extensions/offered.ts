import type { Session } from '../shared/database';

export interface Offer {
  readonly name: string;
  /** What CREATE EXTENSION takes when no version is named. */
  readonly default: string;
  readonly versions: readonly string[];
  readonly installed: string | null;
  /** Where it lives now. */
  readonly schema: string | null;
  /** By version: the extensions that it needs. */
  readonly requires: Readonly<Record<string, readonly string[]>>;
  /** Versions that the installed one can be brought to. */
  readonly reachable: readonly string[];
  /** Versions whose schema the extension itself decides. */
  readonly fixedSchema: readonly string[];
}

/** What this server has on its disk; a managed server's list changes with each of its minor versions. */
export async function readOffers(session: Session): Promise<ReadonlyMap<string, Offer>> {
  const { rows } = await session.query<Offer>(
    `SELECT a.name, a.default_version AS default, a.installed_version AS installed, n.nspname AS schema,
            v.versions, v.requires, v."fixedSchema",
            ARRAY(SELECT p.target::text FROM pg_extension_update_paths(e.extname) p
                  WHERE p.source = e.extversion AND p.path IS NOT NULL) AS reachable
     FROM pg_available_extensions a
     JOIN (SELECT name, array_agg(version::text) AS versions,
                  json_object_agg(version, coalesce(requires::text[], '{}')) AS requires,
                  coalesce(array_agg(version::text) FILTER (WHERE schema IS NOT NULL), '{}') AS "fixedSchema"
           FROM pg_available_extension_versions GROUP BY name) v USING (name)
     LEFT JOIN pg_extension e ON e.extname = a.name
     LEFT JOIN pg_namespace n ON n.oid = e.extnamespace`,
  );
  return new Map(rows.map((row) => [row.name, row]));
}
