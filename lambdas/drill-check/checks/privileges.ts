import { planDatabase } from '../../app-database/database-plan';
import { declare } from '../../app-database/declared';
import { planGrants } from '../../app-database/grants-plan';
import { type GrantsState, readGrants } from '../../app-database/grants-state';
import { planRoles } from '../../app-database/roles-plan';
import { readServer, type ServerState } from '../../app-database/roles-state';
import { sentence } from '../../app-database/step';
import { attempt } from '../../heartbeat/attempt';
import type { Session } from '../../shared/database';
import { listed, type ReadingCheck, sameLedger, sentences } from '../check';
import type { DrillCheckInput } from '../contract';

/** What a deploy would have to change, and what no deploy looks at: roles that nobody declared. */
export const privileges: ReadingCheck = {
  name: 'privileges',
  title: 'Everybody may do what is declared, and nothing more',
  expected: 'A deploy would change nothing; nobody else holds a right; the application drops and truncates nothing.',
  run: async ({ session, input, now, manifests }) => {
    const { Database, Roles } = input;
    const declared = declare({ database: { name: Database }, roles: Roles });
    const server = await attempt(session, () => readServer(session, declared));
    const grants = await attempt(session, () => readGrants(session, Roles.owner.name, Roles.migrator.name));
    const plan = planGrants(Roles, grants);
    const steps = [...planRoles(declared, server), ...planDatabase(declared, server), ...plan.steps].map(sentence);
    const known = [...declared.roles.map(({ name }) => name), server.me];
    const strangers = [...strangersIn(grants, known), ...membersIn(server, known)];
    const rights = await readRights(session, input);
    const powers = rights.filter(({ drops, truncates }) => drops + truncates > 0);
    const problems = [
      ...(steps.length > 0 ? [`To be as declared, a deploy would change: ${sentences(steps)}`] : []),
      ...(strangers.length > 0 ? [`Held by roles that are not declared: ${listed(strangers)}.`] : []),
      ...powers.map(
        ({ role, drops, truncates }) => `${role} may drop ${drops} and truncate ${truncates} tables and views.`,
      ),
    ];
    const then = manifests.findLast((each) => sameLedger(now, each));
    const moved = then !== undefined && then.grantsFingerprint !== now.grantsFingerprint;
    const warnings = [...plan.warnings, ...(moved ? [`The grants are not those of the manifest of ${then.at}.`] : [])];
    const told = rights.map(
      (each) => `${each.role} reads ${each.selects}, writes ${each.writes} and drops ${each.drops}`,
    );
    return {
      passed: problems.length === 0,
      found: problems.length === 0 ? `As declared: of the tables and views, ${told.join('; ')}.` : problems.join(' '),
      ...(warnings.length > 0 && { warning: warnings.join(' ') }),
      evidence: {
        Rights: rights.map(({ role, selects, writes, truncates, drops }) => ({
          ...{ Role: role, Select: selects, Write: writes, Truncate: truncates, Drop: drops },
        })),
        GrantsFingerprint: now.grantsFingerprint,
        ...(steps.length > 0 && { Changes: steps }),
        ...(strangers.length > 0 && { Strangers: strangers }),
      },
    };
  },
};

function strangersIn({ objects, schemas }: GrantsState, known: readonly string[]): readonly string[] {
  const places = [
    ...objects.filter(({ ours }) => ours),
    ...schemas.filter(({ ours }) => ours).map((each) => ({ ...each, kind: 'schema' })),
  ];
  return places.flatMap(({ kind, name, acl }) =>
    acl
      // PUBLIC is compared with what is declared for it.
      .filter(({ grantee }) => grantee !== '' && !known.includes(grantee) && !/^(pg_|rds)/.test(grantee))
      .map(({ grantee, privilege }) => `${grantee}: ${privilege} on ${kind} ${name}`),
  );
}

const membersIn = ({ memberships }: ServerState, known: readonly string[]) =>
  memberships
    .filter(({ role, member }) => known.includes(role) && !known.includes(member) && !/^(pg_|rds)/.test(member))
    .map(({ role, member }) => `${member} is a member of ${role}`);

interface Rights {
  readonly role: string;
  readonly selects: number;
  readonly writes: number;
  readonly truncates: number;
  readonly drops: number;
}

/** Only who owns a table may drop it, or who may act as its owner. */
async function readRights(session: Session, { Roles }: DrillCheckInput): Promise<readonly Rights[]> {
  const { rows } = await session.query<Rights>(
    `SELECT r.rolname AS role,
       count(*) FILTER (WHERE has_table_privilege(r.oid, c.oid, 'SELECT'))::int AS selects,
       count(*) FILTER (WHERE has_table_privilege(r.oid, c.oid, 'INSERT, UPDATE, DELETE'))::int AS writes,
       count(*) FILTER (WHERE has_table_privilege(r.oid, c.oid, 'TRUNCATE'))::int AS truncates,
       count(*) FILTER (WHERE pg_has_role(r.oid, c.relowner, 'USAGE') OR pg_has_role(r.oid, n.nspowner, 'USAGE'))::int AS drops
     FROM pg_roles r, pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE r.rolname = ANY ($1::text[]) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
       AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
     GROUP BY 1 ORDER BY 1`,
    [[Roles.app.name, Roles.readonly.name]],
  );
  return rows;
}
