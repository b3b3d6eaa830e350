import type { AppRoles } from './contract';

export type ObjectKind = 'table' | 'sequence' | 'function' | 'type';

/** How each kind is called in GRANT … ON, in ALTER DEFAULT PRIVILEGES, and in pg_default_acl. */
export const kinds: Readonly<Record<ObjectKind, { readonly on: string; readonly all: string; readonly code: string }>> =
  {
    table: { on: 'TABLE', all: 'TABLES', code: 'r' },
    sequence: { on: 'SEQUENCE', all: 'SEQUENCES', code: 'S' },
    function: { on: 'ROUTINE', all: 'FUNCTIONS', code: 'f' },
    type: { on: 'TYPE', all: 'TYPES', code: 'T' },
  };

/** What a role holds on each object of a kind, and in which schemas. */
export interface Grantee {
  readonly name: string;
  readonly schemas: readonly string[];
  readonly on: Readonly<Record<ObjectKind, readonly string[]>>;
}

// TRUNCATE goes around triggers and row security, REFERENCES and TRIGGER change other people's writes: for nobody.
const append = ['SELECT', 'INSERT'];
const write = [...append, 'UPDATE', 'DELETE'];

export function grantees({ app, readonly }: AppRoles): readonly Grantee[] {
  const common = { function: ['EXECUTE'], type: ['USAGE'] };
  const tables = app.grants === 'insertSelect' ? append : write;
  return [
    // USAGE is nextval, which every INSERT into a serial column needs.
    {
      name: app.name,
      schemas: ours(app.searchPath),
      on: { table: tables, sequence: ['USAGE', 'SELECT'], ...common },
    },
    {
      name: readonly.name,
      schemas: ours(readonly.searchPath),
      on: { table: ['SELECT'], sequence: ['SELECT'], ...common },
    },
  ];
}

/** Every schema that a role looks into has to be there. */
export function schemasOf(roles: AppRoles): readonly string[] {
  return [...new Set([roles.migrator, roles.app, roles.readonly].flatMap((role) => ours(role.searchPath)))];
}

const ours = (path: readonly string[]) => path.filter((name) => !/^(pg_|information_schema$)/.test(name));
