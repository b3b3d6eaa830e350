// Queries about what stands by itself: types, functions, sequences, comments. Each gives rows of one text.
import { notOfExtension } from './relations';

export const extensions = `
  SELECT format('CREATE EXTENSION %I;', extname) AS text FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY extname COLLATE "C"`;

export const schemata = (schemas: string) => `
  SELECT format('CREATE SCHEMA %I;', nspname) AS text FROM pg_namespace
  WHERE oid IN (${schemas}) AND nspname <> 'public' ORDER BY nspname COLLATE "C"`;

export const types = (schemas: string) => `
  SELECT CASE t.typtype
    WHEN 'e' THEN format('CREATE TYPE %I.%I AS ENUM (%s);', n.nspname, t.typname,
      (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid))
    WHEN 'd' THEN format('CREATE DOMAIN %I.%I AS %s%s%s%s;', n.nspname, t.typname, format_type(t.typbasetype, t.typtypmod),
      ' DEFAULT ' || t.typdefault, CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END,
      (SELECT string_agg(format(' CONSTRAINT %I %s', k.conname, pg_get_constraintdef(k.oid)), '' ORDER BY k.conname COLLATE "C")
       FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'))
    WHEN 'c' THEN format('CREATE TYPE %I.%I AS (%s);', n.nspname, t.typname,
      (SELECT string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum)
       FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped))
    WHEN 'r' THEN format('CREATE TYPE %I.%I AS RANGE (SUBTYPE = %s);', n.nspname, t.typname,
      (SELECT r.rngsubtype::regtype FROM pg_range r WHERE r.rngtypid = t.oid)) END AS text
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
  WHERE n.oid IN (${schemas}) AND (t.typtype IN ('e', 'd', 'r') OR EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
    AND ${notOfExtension('pg_type', 't.oid')}
  ORDER BY n.nspname COLLATE "C", t.typname COLLATE "C"`;

// A sequence that belongs to a column is told by the column.
export const sequences = (schemas: string) => `
  SELECT format('CREATE SEQUENCE %I.%I AS %s INCREMENT %s MINVALUE %s MAXVALUE %s START %s CACHE %s%s;', n.nspname, c.relname,
    s.seqtypid::regtype, s.seqincrement, s.seqmin, s.seqmax, s.seqstart, s.seqcache, CASE WHEN s.seqcycle THEN ' CYCLE' ELSE '' END) AS text
  FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.oid IN (${schemas}) AND ${notOfExtension('pg_class', 'c.oid')} AND NOT EXISTS
    (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0)
  ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`;

export const functions = (schemas: string) => `
  SELECT CASE WHEN p.prokind = 'a'
    THEN format('CREATE AGGREGATE %s (SFUNC = %s, STYPE = %s);', p.oid::regprocedure,
      (SELECT a.aggtransfn FROM pg_aggregate a WHERE a.aggfnoid = p.oid),
      (SELECT a.aggtranstype::regtype FROM pg_aggregate a WHERE a.aggfnoid = p.oid))
    ELSE rtrim(pg_get_functiondef(p.oid), E'\\n') || ';' END AS text
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE n.oid IN (${schemas}) AND ${notOfExtension('pg_proc', 'p.oid')}
  ORDER BY n.nspname COLLATE "C", p.proname COLLATE "C", pg_get_function_identity_arguments(p.oid) COLLATE "C"`;

export const operators = (schemas: string) => `
  SELECT format('CREATE OPERATOR %s (FUNCTION = %s);', o.oid::regoperator, o.oprcode) AS text
  FROM pg_operator o WHERE o.oprnamespace IN (${schemas}) AND ${notOfExtension('pg_operator', 'o.oid')}
  ORDER BY o.oid::regoperator::text COLLATE "C"`;

const commented = (schemas: string, ignored: string) => `
  SELECT 'pg_class'::regclass AS class, oid FROM pg_class
    WHERE relnamespace IN (${schemas}) AND relname <> '_prisma_migrations' AND relname <> ALL (${ignored})
  UNION ALL SELECT 'pg_proc'::regclass, oid FROM pg_proc WHERE pronamespace IN (${schemas})
  UNION ALL SELECT 'pg_type'::regclass, oid FROM pg_type WHERE typnamespace IN (${schemas})
  UNION ALL SELECT 'pg_constraint'::regclass, oid FROM pg_constraint WHERE connamespace IN (${schemas}) AND conrelid <> 0
  UNION ALL SELECT 'pg_trigger'::regclass, t.oid FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace IN (${schemas})
  UNION ALL SELECT 'pg_policy'::regclass, p.oid FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE c.relnamespace IN (${schemas})
  UNION ALL SELECT 'pg_namespace'::regclass, oid FROM pg_namespace WHERE oid IN (${schemas}) AND nspname <> 'public'`;

// 'table column' and 'table constraint' are COLUMN and CONSTRAINT in SQL.
export const comments = (schemas: string, ignored: string) => `
  SELECT format('COMMENT ON %s %s IS %L;', upper(regexp_replace(o.type, '^.* (column|constraint)$', '\\1')), o.identity, d.description) AS text
  FROM (${commented(schemas, ignored)}) AS mine
  JOIN pg_description d ON d.classoid = mine.class AND d.objoid = mine.oid
  CROSS JOIN LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) o
  WHERE NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = d.classoid AND e.objid = d.objoid AND e.deptype = 'e')
  ORDER BY o.identity COLLATE "C", o.type COLLATE "C"`;
