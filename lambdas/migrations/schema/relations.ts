// Queries about tables, views and what hangs on them. Each gives rows of one text, in an order that does not depend on
// when an object was made. They run with an empty search_path, so that every name in them comes with its schema.

/** Schemas, by oid, that are the project's: not the system's, not the ledger's, not an extension's. */
export const projectSchemas = (ledger: string) => `
  SELECT n.oid FROM pg_namespace n WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', ${ledger})
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e')`;

/** False for what belongs to an extension, which brings it along by itself. */
export const notOfExtension = (catalog: string, oid: string) =>
  `NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = '${catalog}'::regclass AND d.objid = ${oid} AND d.deptype = 'e')`;

// Prisma's own ledger is there in a database that was adopted, and not in one that began with us.
export const relations = (schemas: string) => `
  SELECT c.oid, c.relkind AS kind, format('%I.%I', n.nspname, c.relname) AS name,
    c.relpersistence = 'u' AS unlogged, c.relrowsecurity AS secured, c.relforcerowsecurity AS forced,
    (SELECT string_agg(o, ', ' ORDER BY o COLLATE "C") FROM unnest(c.reloptions) o) AS options,
    CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS "partitionKey",
    pg_get_expr(c.relpartbound, c.oid) AS bound,
    CASE c.relreplident WHEN 'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING' WHEN 'i' THEN 'USING AN INDEX' END AS replica,
    (SELECT string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno) FROM pg_inherits i WHERE i.inhrelid = c.oid) AS parents,
    CASE WHEN c.relkind IN ('v', 'm') THEN rtrim(pg_get_viewdef(c.oid), ';') END AS definition
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.oid IN (${schemas}) AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relname <> '_prisma_migrations'
    AND ${notOfExtension('pg_class', 'c.oid')}
  ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`;

// The order of columns is part of a table. Of an identity, what differs from the default is told.
export const columns = (schemas: string) => `
  SELECT a.attrelid AS relation, quote_ident(a.attname) AS name, format_type(a.atttypid, a.atttypmod) AS type,
    a.attnotnull AS required, a.attidentity AS identity, a.attgenerated AS generated,
    pg_get_expr(ad.adbin, ad.adrelid) AS expression,
    CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END AS "collation",
    (SELECT concat_ws(' ', CASE WHEN s.seqstart <> 1 THEN 'START ' || s.seqstart END,
       CASE WHEN s.seqincrement <> 1 THEN 'INCREMENT ' || s.seqincrement END, CASE WHEN s.seqcycle THEN 'CYCLE' END)
     FROM pg_depend d JOIN pg_sequence s ON s.seqrelid = d.objid
     WHERE d.classid = 'pg_class'::regclass AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum AND d.deptype = 'i') AS counting
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
  WHERE c.relnamespace IN (${schemas}) AND c.relkind IN ('r', 'p', 'f', 'c') AND a.attnum > 0 AND NOT a.attisdropped
  ORDER BY a.attrelid, a.attnum`;

// PostgreSQL 18 keeps NOT NULL as constraints too (contype n); 16 and 17 do not. What a partition has from its parent
// is told there.
export const constraints = (schemas: string) => `
  SELECT k.conrelid AS relation, format('CONSTRAINT %I %s', k.conname, pg_get_constraintdef(k.oid)) AS text
  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
  WHERE c.relnamespace IN (${schemas}) AND k.contype IN ('p', 'u', 'c', 'f', 'x') AND k.conparentid = 0
  ORDER BY k.conrelid, array_position(ARRAY['p', 'u', 'x', 'c', 'f']::"char"[], k.contype), k.conname COLLATE "C"`;

export const indexes = (schemas: string, ignored: string) => `
  SELECT i.indrelid AS relation, pg_get_indexdef(i.indexrelid) || ';' || CASE WHEN i.indisvalid THEN '' ELSE ' -- INVALID' END AS text
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
  WHERE c.relnamespace IN (${schemas}) AND NOT c.relispartition AND c.relname <> ALL (${ignored})
    AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
  ORDER BY i.indrelid, c.relname COLLATE "C"`;

export const triggers = (schemas: string) => `
  SELECT t.tgrelid AS relation, pg_get_triggerdef(t.oid) || ';' ||
    CASE t.tgenabled WHEN 'D' THEN ' -- DISABLED' WHEN 'A' THEN ' -- ALWAYS' WHEN 'R' THEN ' -- REPLICA' ELSE '' END AS text
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
  WHERE c.relnamespace IN (${schemas}) AND NOT t.tgisinternal AND t.tgparentid = 0
  ORDER BY t.tgrelid, t.tgname COLLATE "C"`;

export const rules = (schemas: string) => `
  SELECT r.ev_class AS relation, pg_get_ruledef(r.oid) AS text FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
  WHERE c.relnamespace IN (${schemas}) AND r.rulename <> '_RETURN' ORDER BY r.ev_class, r.rulename COLLATE "C"`;

export const policies = (schemas: string) => `
  SELECT p.polrelid AS relation, format('CREATE POLICY %I ON %s AS %s FOR %s TO %s%s%s;', p.polname, p.polrelid::regclass,
    CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
    CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
    (SELECT string_agg(CASE WHEN r = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(r)) END, ', ' ORDER BY pg_get_userbyid(r) COLLATE "C")
     FROM unnest(p.polroles) r),
    ' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')',
    ' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')') AS text
  FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
  WHERE c.relnamespace IN (${schemas}) ORDER BY p.polrelid, p.polname COLLATE "C"`;

export const statistics = (schemas: string) => `
  SELECT s.stxrelid AS relation, pg_get_statisticsobjdef(s.oid) || ';' AS text FROM pg_statistic_ext s
  WHERE s.stxnamespace IN (${schemas}) ORDER BY s.stxrelid, s.stxname COLLATE "C"`;
