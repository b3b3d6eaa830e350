import { identifier } from '../shared/identifiers';
import type { DefaultState } from './grants-state';
import { type Grantee, kinds, type ObjectKind } from './privileges';
import { quote } from './roles-plan';
import type { AclEntry } from './roles-state';
import type { Step } from './step';

const kindNames = Object.keys(kinds) as ObjectKind[];

/** What PostgreSQL gives to PUBLIC on each new function and type unless told otherwise. */
const builtIn: Readonly<Partial<Record<ObjectKind, string>>> = { function: 'EXECUTE', type: 'USAGE' };

/** What an object that is made tomorrow begins with, for each role that may make one. */
export function planDefaults(
  creators: readonly string[],
  grantees: readonly Grantee[],
  found: readonly DefaultState[],
): readonly Step[] {
  return creators.flatMap((creator) => {
    const of = (kind: ObjectKind, schema: string | null) =>
      found.find((d) => d.creator === creator && d.schema === schema && d.code === kinds[kind].code);
    return [
      ...kindNames.flatMap((kind) => planBuiltIn(creator, kind, of(kind, null))),
      ...grantees.flatMap((grantee) =>
        kindNames.flatMap((kind) => planMissing(creator, grantee, kind, (schema) => of(kind, schema)?.acl ?? [])),
      ),
      ...found.filter((d) => d.creator === creator).flatMap((entry) => planExtra(entry, grantees)),
    ];
  });
}

function planBuiltIn(creator: string, kind: ObjectKind, found: DefaultState | undefined): readonly Step[] {
  const privilege = builtIn[kind];
  const stands = found === undefined || found.acl.some((a) => a.grantee === '');
  if (privilege === undefined || !stands) return [];
  const { all } = kinds[kind];
  return [
    {
      subject: `New ${all.toLowerCase()} of ${creator}`,
      what: `no ${privilege} for PUBLIC`,
      sql: `ALTER DEFAULT PRIVILEGES FOR ROLE ${identifier(creator)} REVOKE ${privilege} ON ${all} FROM PUBLIC`,
    },
  ];
}

function planMissing(
  creator: string,
  { name, schemas, on }: Grantee,
  kind: ObjectKind,
  aclIn: (schema: string) => readonly AclEntry[],
): readonly Step[] {
  const { all } = kinds[kind];
  return schemas.flatMap((schema) => {
    const held = aclIn(schema)
      .filter((a) => a.grantee === name)
      .map((a) => a.privilege);
    const missing = on[kind].filter((privilege) => !held.includes(privilege));
    if (missing.length === 0) return [];
    const rule = `FOR ROLE ${identifier(creator)} IN SCHEMA ${identifier(schema)}`;
    return [
      {
        subject: `New ${all.toLowerCase()} of ${creator} in ${schema}`,
        what: `${missing.join(', ')} for ${name}`,
        sql: `ALTER DEFAULT PRIVILEGES ${rule} GRANT ${missing.join(', ')} ON ${all} TO ${identifier(name)}`,
      },
    ];
  });
}

/** Too much is taken back in every schema, also in one that is no longer in a search path. */
function planExtra({ creator, schema, code, acl }: DefaultState, grantees: readonly Grantee[]): readonly Step[] {
  const kind = kindNames.find((each) => kinds[each].code === code);
  if (kind === undefined) return [];
  const { all } = kinds[kind];
  const rule = `FOR ROLE ${identifier(creator)}${schema === null ? '' : ` IN SCHEMA ${quote(schema)}`}`;
  const of = (who: string) => acl.filter((a) => a.grantee === who).map((a) => a.privilege);
  const extras = [
    // For all schemas, functions and types are the business of planBuiltIn.
    { to: 'PUBLIC', extra: schema === null && builtIn[kind] !== undefined ? [] : of('') },
    ...grantees.map(({ name, on }) => ({ to: identifier(name), extra: of(name).filter((p) => !on[kind].includes(p)) })),
  ];
  return extras.flatMap(({ to, extra }) =>
    extra.length === 0
      ? []
      : [
          {
            subject: `New ${all.toLowerCase()} of ${creator}${schema === null ? '' : ` in ${schema}`}`,
            what: `no ${extra.join(', ')} for ${to.replaceAll('"', '')}`,
            sql: `ALTER DEFAULT PRIVILEGES ${rule} REVOKE ${extra.join(', ')} ON ${all} FROM ${to}`,
          },
        ],
  );
}
