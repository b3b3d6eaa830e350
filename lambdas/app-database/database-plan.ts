import { databaseIdentifier, identifier, literal } from '../shared/identifiers';
import type { Declaration, DeclaredRole } from './declared';
import type { ServerState } from './roles-state';
import type { Step } from './step';

export function createDatabase({ database, owner }: Declaration): Step {
  // template0 has no one's leftovers, and takes any encoding.
  const sql = `CREATE DATABASE ${databaseIdentifier(database)} OWNER ${identifier(owner)} TEMPLATE template0 ENCODING 'UTF8'`;
  return { subject: `Database ${database}`, what: `created, owned by ${owner}`, sql };
}

/** Once the database is there: its owner, who may connect, and what holds for each role in it. */
export function planDatabase(declared: Declaration, state: ServerState): readonly Step[] {
  const { database } = state;
  if (!database) return [];
  return [
    ...planOwner(declared, database.owner),
    ...planAccess(declared, database.acl),
    ...declared.roles.flatMap((role) => planSettings(role, declared.database, state)),
  ];
}

function planOwner({ database, owner }: Declaration, found: string): readonly Step[] {
  if (found === owner) return [];
  const sql = `ALTER DATABASE ${databaseIdentifier(database)} OWNER TO ${identifier(owner)}`;
  return [{ subject: `Database ${database}`, what: `owner ${found} -> ${owner}`, sql }];
}

/** CONNECT for the logins. TEMP for nobody but the owner, and the migrator through it: it fills the disk of the server. */
function planAccess(
  { database, owner, roles }: Declaration,
  acl: NonNullable<ServerState['database']>['acl'],
): readonly Step[] {
  const name = databaseIdentifier(database);
  const subject = `Database ${database}`;
  const held = (who: string) => acl.filter(({ grantee }) => grantee === who).map(({ privilege }) => privilege);
  const steps: Step[] = [];
  if (held('').length > 0) {
    const what = `${list(held(''))} taken from PUBLIC`;
    steps.push({ subject, what, sql: `REVOKE ALL ON DATABASE ${name} FROM PUBLIC` });
  }
  for (const { name: role, twinOf } of roles.filter((each) => each.name !== owner)) {
    const extra = held(role).filter((privilege) => privilege !== 'CONNECT');
    if (extra.length > 0) {
      const what = `${list(extra)} taken from ${role}`;
      steps.push({ subject, what, sql: `REVOKE ${list(extra)} ON DATABASE ${name} FROM ${identifier(role)}` });
    }
    // A twin connects by what it inherits.
    if (twinOf === undefined && !held(role).includes('CONNECT')) {
      const sql = `GRANT CONNECT ON DATABASE ${name} TO ${identifier(role)}`;
      steps.push({ subject, what: `${role} may connect`, sql });
    }
  }
  return steps;
}

/**
 * Settings are for the role in this database: they are declared for it, outrank what anyone sets for the role at large,
 * and go with the database. A name with a dot belongs to an extension, and is for whoever declares its indexes.
 */
export function planSettings(role: DeclaredRole, database: string, state: ServerState): readonly Step[] {
  const found = state.roles[role.name];
  if (!found && role.twinOf !== undefined) return [];
  const subject = `Role ${role.name}`;
  const alter = `ALTER ROLE ${identifier(role.name)}`;
  const here = `${alter} IN DATABASE ${databaseIdentifier(database)}`;
  const searchPath = state.searchPaths[role.name];
  const wanted: Readonly<Record<string, string | undefined>> =
    role.settings === undefined ? {} : { ...role.settings, search_path: searchPath };
  const settings = found?.settings ?? [];
  const stray = settings.filter((s) => !s.name.includes('.') && (s.everywhere || wanted[s.name] === undefined));
  const reset = stray.map(({ everywhere, name, value }) => {
    const where = everywhere ? ' for all databases' : '';
    const what = `${name} = ${value}${where} removed`;
    return { subject, what, sql: `${everywhere ? alter : here} RESET ${identifier(name, 'setting')}` };
  });
  const set = Object.entries(wanted).flatMap(([name, value]) => {
    const old = settings.find((s) => !s.everywhere && s.name === name)?.value;
    if (value === undefined || old === value) return [];
    const to = name === 'search_path' ? role.searchPath.map((schema) => identifier(schema)).join(', ') : literal(value);
    return [{ subject, what: `${name} ${old ?? 'unset'} -> ${value}`, sql: `${here} SET ${name} = ${to}` }];
  });
  return [...reset, ...set];
}

const list = (words: readonly string[]) => words.join(', ');
