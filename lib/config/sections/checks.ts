import { type Loose, orElse, type Parser, record, required, section } from '../fields';
import { sqlName, tableName } from '../names';
import type { Checks, CriticalQuery, Heartbeat } from '../project';
import { also, integer, list, matching, text } from '../values';

/** As it is written: the checks name a table in their findings. */
const tableText: Parser<string> = (field) =>
  tableName(field) === undefined || typeof field.value !== 'string' ? undefined : field.value;

const columnText: Parser<string> = (field) => {
  const value = text(field);
  if (value === undefined) return undefined;
  const parts = value.split('.');
  const word = /^[\p{L}_][\p{L}\p{N}_$]*$/u;
  const isColumn = parts.length === 3 && parts.every((part) => word.test(part) && Buffer.byteLength(part) <= 63);
  return isColumn ? value : field.refuse("is not a column with its table; write it like 'public.embeddings.embedding'");
};

const query = also(text, (sql) => {
  if (sql.includes(';')) return 'has a semicolon; write one SELECT';
  return /^\s*(select|with)\b/i.test(sql) ? undefined : 'does not begin with SELECT or WITH; write one SELECT';
});

const queryName = matching(
  /^[a-z][a-z0-9-]{0,62}$/,
  "is not a query's name; write it with lower-case letters, digits and hyphens, like 'nearest-passages'",
);

const criticalQuery: Parser<Loose<CriticalQuery>> = section<CriticalQuery>({
  sql: required('one SELECT', query),
  p95Ms: required('the milliseconds that 95 of 100 warm runs may take', integer(1, 60_000, 'write')),
});

const percent = integer(0, 100, 'write');

export const checks: Parser<Loose<Checks>> = section<Checks>({
  rowFloors: orElse({}, record<number>(tableText, integer(0, 1_000_000_000_000, 'write'))),
  maximumFallPercent: orElse(20, percent),
  mayShrink: orElse([], list(tableText, 0, '')),
  noNulls: orElse([], list(columnText, 0, '')),
  minimumRecallPercent: orElse(90, percent),
  criticalQueries: orElse({}, record<CriticalQuery>(queryName, criticalQuery)),
  // Some seconds of reading for each table.
  exactRowsUpToMiB: orElse(256, integer(0, 1_048_576, 'write')),
});

const column = sqlName('a column');

export const heartbeat: Parser<Loose<Heartbeat>> = section<Heartbeat>({
  everyMinutes: orElse(5, integer(1, 60, 'write')),
  manifestEveryMinutes: orElse(60, integer(15, 1_440, 'write')),
  keepDays: orElse(7, integer(1, 365, 'write')),
  keepManifestsDays: orElse(90, integer(1, 3_650, 'write')),
  newestRow: orElse({}, record<string>(tableText, column)),
});
