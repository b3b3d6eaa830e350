import { credentialsOf } from '../app-database/connection-string';
import { twinName } from '../app-database/declared';
import { ensureAppDatabase, meetingPlace } from '../app-database/ensure';
import { quote } from '../app-database/roles-plan';
import type { PublishedParameter } from '../drill-check/login';
import type { Deadline } from '../shared/clock';
import type { OpenDatabase } from '../shared/database';
import { OperationError } from '../shared/errors';
import { literal } from '../shared/identifiers';
import { keepSecret } from '../shared/redact';
import { scramVerifier } from '../shared/scram';
import { inspect } from '../vector-indexes/inspect';
import { setForRoles } from '../vector-indexes/role-settings';
import type { DrillRolesInput, DrillRolesResult } from './contract';

export interface DrillRolesSeams {
  readonly open: OpenDatabase;
  readonly readParameter: (name: string) => Promise<PublishedParameter | undefined>;
}

/** The roles and the database, empty, and the application's login as it is published: what a recovery would bring. */
export async function bringRoles(
  { open, readParameter }: DrillRolesSeams,
  { Database, Roles, AppParameter }: DrillRolesInput,
  until: Deadline,
): Promise<DrillRolesResult> {
  const parameter = await readParameter(AppParameter);
  const who = parameter && credentialsOf(parameter.value);
  if (!who) throw new OperationError(`The parameter ${AppParameter} holds no connection string to bring.`);
  const app = Roles.app.name;
  if (![app, twinName(app)].includes(who.user)) {
    throw new OperationError(`The parameter ${AppParameter} is for the role ${who.user}, and not for ${app}.`);
  }
  keepSecret(who.password);
  const verifier = scramVerifier(who.password);
  const declared = { database: { name: Database }, roles: Roles };
  const { summary } = await ensureAppDatabase(open, { ...declared, verifiers: { app: verifier } }, { until });
  if (who.user === app) return { Done: summary };
  // A rotation has published the second login. Once it is a member of the first, it is brought to what that one is.
  await open(meetingPlace, async (session) => {
    const { rows } = await session.query('SELECT FROM pg_roles WHERE rolname = $1', [who.user]);
    if (rows.length === 0) await session.query(`CREATE ROLE ${quote(who.user)} LOGIN`);
    await session.query(`GRANT ${quote(app)} TO ${quote(who.user)}`);
    await session.query(`ALTER ROLE ${quote(who.user)} PASSWORD ${literal(verifier)}`);
  });
  const second = await ensureAppDatabase(open, declared, { until });
  return { Done: [...summary, `role ${who.user}: made, as it is the one that is published.`, ...second.summary] };
}

/** How far a search goes, for those who search, by the indexes that the restore has built. Nothing is built here. */
export async function setSearches(
  { open }: Pick<DrillRolesSeams, 'open'>,
  { Database, Roles, VectorIndexes }: DrillRolesInput,
): Promise<DrillRolesResult> {
  const input = { indexes: VectorIndexes, owner: Roles.owner.name, searchRoles: [Roles.app.name, Roles.readonly.name] };
  return open(Database, async (session) => {
    const seen = [];
    for (const name of Object.keys(VectorIndexes)) seen.push(await inspect(session, input, name));
    const there = seen.filter(({ index, places: { current } }) => {
      return current?.vector?.valid === true && current.vector.method === index.method;
    });
    return { Done: await setForRoles(session, input, there) };
  });
}
