import { type Loose, orElse, type Parser, type Shape, section } from '../fields';
import { roleName, sqlName } from '../names';
import type { LoginRole, Roles } from '../project';
import { integer, list, oneOf, text, wordOr } from '../values';

const milliseconds: Readonly<Record<string, number>> = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** Postgres counts timeouts in a 32-bit number of milliseconds: 24.8 days. */
const longest = 2 ** 31 - 1;

const timeout: Parser<string> = (field) => {
  const written = text(field);
  if (written === undefined) return undefined;
  if (written === 'off') return '0';
  const [, count = '', unit = ''] = /^([1-9]\d*)(ms|s|min|h|d)$/.exec(written) ?? [];
  if (unit === '') return field.refuse("is not a time; write it like '500ms', '30s', '5min', '1h', or 'off'");
  const fits = Number(count) * (milliseconds[unit] ?? 0) <= longest;
  return fits ? written : field.refuse('is too long; Postgres takes up to 24 days');
};

interface LoginDefaults {
  readonly name: string;
  readonly connections: number;
  readonly statement: string;
  readonly idle: string;
}

/** 262,143 is the highest max_connections of Postgres; the instance's own is lower, by its memory. */
const loginRole = (defaults: LoginDefaults): Shape<LoginRole> => ({
  name: orElse(defaults.name, roleName),
  connectionLimit: orElse(
    defaults.connections,
    wordOr('unlimited', integer(1, 262_143, "Postgres takes 'unlimited' or")),
  ),
  statementTimeout: orElse(defaults.statement, timeout),
  idleInTransactionSessionTimeout: orElse(defaults.idle, timeout),
  searchPath: orElse(['public'], list(sqlName('a schema'), 1, 'name the schemas in the order of the search')),
});

export function roles(database: string): Parser<Loose<Roles>> {
  // A small instance of 2 GiB takes some 200 connections; the limits leave room for the one who has to look into it.
  const app = loginRole({ name: 'app_user', connections: 80, statement: '30s', idle: '60s' });
  const readonly = loginRole({ name: `${database}_readonly`, connections: 10, statement: '5min', idle: '5min' });
  const migrator = loginRole({ name: `${database}_migrator`, connections: 5, statement: 'off', idle: '5min' });
  return section<Roles>({
    app: orElse({}, section<Roles['app']>({ ...app, grants: orElse('readWrite', oneOf('readWrite', 'insertSelect')) })),
    readonly: orElse({}, section<LoginRole>(readonly)),
    migrator: orElse({}, section<LoginRole>(migrator)),
    owner: orElse({}, section<Roles['owner']>({ name: orElse(`${database}_owner`, roleName) })),
    onRemove: orElse('retain', oneOf('retain', 'reassign', 'drop')),
  });
}
