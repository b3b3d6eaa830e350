import { identifier } from '../shared/identifiers';
import type { AppRoles } from './contract';
import { planDefaults } from './defaults-plan';
import type { GrantsState, ObjectState, SchemaState } from './grants-state';
import { type Grantee, grantees, kinds, type ObjectKind, schemasOf } from './privileges';
import { quote } from './roles-plan';
import type { AclEntry } from './roles-state';
import type { Step } from './step';

export interface GrantsPlan {
  readonly steps: readonly Step[];
  readonly warnings: readonly string[];
}

/** What has to be done inside the application's database. */
export function planGrants(roles: AppRoles, state: GrantsState): GrantsPlan {
  const owner = roles.owner.name;
  const migrator = roles.migrator.name;
  const users = grantees(roles);
  // Whoever has no line of its own here gets nothing: PUBLIC cannot connect, but a role of somebody else's may.
  const nobody: Grantee = { name: '', schemas: [], on: { table: [], sequence: [], function: [], type: [] } };
  const ours = state.objects.filter((object) => object.ours && !object.definer);
  const steps = [
    ...planStrays(owner, migrator, state.strays),
    ...planSchemas(roles, users, state.schemas),
    ...planDefaults([owner, migrator], users, state.defaults),
    ...[...users, nobody].flatMap((grantee) => planObjects(grantee, ours)),
  ];
  return { steps, warnings: warningsOf(owner, schemasOf(roles), state) };
}

/** The owner owns everything; what the migrator made in its own name could not be altered by the next migration. */
function planStrays(owner: string, migrator: string, strays: number): readonly Step[] {
  if (strays === 0) return [];
  const what = `${strays} ${strays === 1 ? 'object' : 'objects'} handed to ${owner}`;
  return [
    { subject: `Role ${migrator}`, what, sql: `REASSIGN OWNED BY ${identifier(migrator)} TO ${identifier(owner)}` },
  ];
}

function planSchemas(roles: AppRoles, users: readonly Grantee[], found: readonly SchemaState[]): readonly Step[] {
  const owner = roles.owner.name;
  const steps: Step[] = [];
  for (const name of schemasOf(roles)) {
    const schema = found.find((each) => each.name === name);
    const subject = `Schema ${name}`;
    if (!schema) {
      const sql = `CREATE SCHEMA ${identifier(name)} AUTHORIZATION ${identifier(owner)}`;
      steps.push({ subject, what: `created, owned by ${owner}`, sql });
    } else if (!schema.ownerCreates || !schema.ownerUses) {
      const sql = `GRANT USAGE, CREATE ON SCHEMA ${identifier(name)} TO ${identifier(owner)}`;
      steps.push({ subject, what: `${owner} may create objects in it`, sql });
    }
    for (const user of users.filter((each) => each.schemas.includes(name))) {
      if (schema && held(schema.acl, user.name).includes('USAGE')) continue;
      const sql = `GRANT USAGE ON SCHEMA ${identifier(name)} TO ${identifier(user.name)}`;
      steps.push({ subject, what: `${user.name} may look into it`, sql });
    }
  }
  // CREATE in any schema lets a role put an object of its own in the way of another's.
  for (const { name, acl, ours } of found) {
    for (const who of ['', ...users.map((user) => user.name)]) {
      if (!held(acl, who).includes('CREATE') || !(ours || name === 'public')) continue;
      const to = who === '' ? 'PUBLIC' : identifier(who);
      const what = `CREATE taken from ${who === '' ? 'PUBLIC' : who}`;
      steps.push({ subject: `Schema ${name}`, what, sql: `REVOKE CREATE ON SCHEMA ${quote(name)} FROM ${to}` });
    }
  }
  return steps;
}

/** Missing rights in the schemas of the role, and too many anywhere. One statement for all objects of a kind. */
function planObjects(grantee: Grantee, objects: readonly ObjectState[]): readonly Step[] {
  const groups = new Map<string, { verb: 'GRANT' | 'REVOKE'; kind: ObjectKind; rights: string; names: string[] }>();
  const add = (verb: 'GRANT' | 'REVOKE', { kind, name }: ObjectState, rights: readonly string[]) => {
    if (rights.length === 0) return;
    const key = `${verb} ${rights.join(', ')} ${kind}`;
    const group = groups.get(key) ?? { verb, kind, rights: rights.join(', '), names: [] };
    groups.set(key, group);
    group.names.push(name);
  };
  for (const object of objects) {
    const wanted = grantee.on[object.kind];
    const has = held(object.acl, grantee.name);
    if (grantee.schemas.includes(object.schema))
      add(
        'GRANT',
        object,
        wanted.filter((right) => !has.includes(right)),
      );
    add(
      'REVOKE',
      object,
      has.filter((right) => !wanted.includes(right)),
    );
  }
  const who = grantee.name === '' ? 'PUBLIC' : identifier(grantee.name);
  const shown = grantee.name === '' ? 'PUBLIC' : grantee.name;
  return [...groups.values()].map(({ verb, kind, rights, names }) => ({
    subject: `Role ${shown}`,
    what: `${verb === 'GRANT' ? 'may' : 'may no longer'} ${rights} on ${counted(kind, names)}`,
    sql: `${verb} ${rights} ON ${kinds[kind].on} ${names.join(', ')} ${verb === 'GRANT' ? 'TO' : 'FROM'} ${who}`,
  }));
}

function warningsOf(owner: string, schemas: readonly string[], { objects }: GrantsState): readonly string[] {
  const foreign = objects.filter((object) => object.owner !== owner && schemas.includes(object.schema));
  const owners = [...new Set(foreign.map((object) => object.owner))];
  return owners.map((other) => {
    const theirs = foreign.filter((object) => object.owner === other);
    const names = counted(
      'object',
      theirs.map(({ name }) => name),
    );
    const grants = theirs.every(({ ours }) => ours) ? '' : ', and their grants stay as they are';
    return `${other} owns ${names}; migrations run as ${owner} and cannot alter them${grants}.`;
  });
}

const held = (acl: readonly AclEntry[], who: string) =>
  acl.filter(({ grantee }) => grantee === who).map(({ privilege }) => privilege);

/** The first few by name; a list of hundreds is read by nobody. */
function counted(kind: string, names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return `${names.length} ${kind}${names.length === 1 ? '' : 's'} (${shown}${names.length > 5 ? ', …' : ''})`;
}
