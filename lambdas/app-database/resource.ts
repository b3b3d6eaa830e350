import { asAdmin, type DatabaseSeams } from '../shared/admin';
import type { AppDatabaseProperties } from '../shared/contract';
import { customResource, type ResourceRequest } from '../shared/custom-resource';
import type { SessionSettings } from '../shared/database';
import { ensureAppDatabase } from './ensure';
import type { SecureParameters } from './parameters';
import { properties } from './properties';
import { publish } from './publish';
import { removeDatabase } from './remove-database';
import { removeRole } from './remove-role';

export interface AppDatabaseSeams extends DatabaseSeams {
  readonly parameters: SecureParameters;
}

const session: SessionSettings = { applicationName: 'plinth roles', lockTimeoutMs: 10_000 };

/** The roles, the database, and the connection strings of those who log in. */
export const appDatabaseResource = (seams: AppDatabaseSeams) =>
  customResource<AppDatabaseProperties>({
    name: 'roles',
    properties,
    ensure: async (request) => {
      const { until, log } = request;
      const declared = request.properties;
      const open = asAdmin(seams, declared.Server, session);
      const { summary, warnings } = await ensureAppDatabase(
        open,
        { database: { name: declared.Database }, roles: declared.Roles },
        { until },
      );
      log('INFO', 'Roles and database are as declared.', { summary });
      const publishing = { open, parameters: seams.parameters, ca: seams.ca, session, waiting: { until } };
      for (const which of ['app', 'readonly'] as const) {
        const outcome = await publish(publishing, declared, which);
        log('INFO', 'The connection string works.', { parameter: declared.Parameters[which], outcome });
      }
      await removeUndeclared(seams, request);
      return { Database: declared.Database, Warnings: warnings.join(' ') || 'none' };
    },
    drop: async ({ properties: { Server, Database, Roles, Parameters }, until, log }) => {
      const open = asAdmin(seams, Server, session);
      const told = [await removeDatabase(open, { database: Database, endSessions: true }, { until })];
      const { app, readonly, migrator, owner } = Roles;
      for (const { name } of [app, readonly, migrator, owner]) {
        log('INFO', 'Drop.', { summary: (await removeRole(open, { role: name, mode: 'drop' }, { until })).summary });
      }
      for (const name of Object.values(Parameters)) await seams.parameters.remove(name);
      log('INFO', 'Dropped.', { summary: told.flatMap(({ summary }) => summary) });
    },
  });

/** A role that the Update no longer names goes as the project says: by default it stays. */
async function removeUndeclared(
  seams: AppDatabaseSeams,
  { properties: { Server, Roles, OnRemove }, previous, until, log }: ResourceRequest<AppDatabaseProperties>,
): Promise<void> {
  const names = namesIn(Roles);
  const gone = namesIn(previous['Roles']).filter((name) => !names.includes(name));
  for (const role of gone) {
    const heir = OnRemove === 'reassign' ? { heir: Roles.owner.name } : {};
    const open = asAdmin(seams, Server, session);
    const { summary } = await removeRole(open, { role, mode: OnRemove, ...heir }, { until });
    log('INFO', 'The role is declared no longer.', { role, summary });
  }
}

const namesIn = (roles: unknown): readonly string[] =>
  Object.values((roles ?? {}) as Readonly<Record<string, { readonly name?: unknown }>>).flatMap(({ name }) =>
    typeof name === 'string' ? [name] : [],
  );
