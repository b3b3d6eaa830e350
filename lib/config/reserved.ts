/** Words that Postgres 16 takes as a name only in quotes: types R and T of pg_get_keywords(). RDS refuses them. */
const keywords = `
  all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column
  concurrently constraint create cross current_catalog current_date current_role current_schema current_time
  current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze from
  full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit
  localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references
  returning right select session_user similar some symmetric system_user table tablesample then to trailing true union
  unique user using variadic verbose when where window with`;

export const reservedWords: ReadonlySet<string> = new Set(keywords.trim().split(/\s+/));

/** Databases that are there already, or that RDS refuses for this engine. */
export const reservedDatabases: ReadonlySet<string> = new Set([
  'admin',
  'database',
  'db',
  'postgres',
  'rdsadmin',
  'template0',
  'template1',
]);

/** Roles that RDS keeps for itself, or that SQL reads as something else (GRANT … TO public, SET ROLE none). */
export const reservedRoles: ReadonlySet<string> = new Set([
  'admin',
  'none',
  'postgres',
  'public',
  'rdsadmin',
  'rdsproxyadmin',
  'rdsrepladmin',
  'rdstopmgr',
]);
