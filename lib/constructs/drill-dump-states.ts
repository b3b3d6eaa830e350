import type { DrillDefinition, DrillDump } from './drill-parts';
import { invoke, jsonata, lambdaAgain, toRecord } from './drill-states';
import { taskStates } from './task-states';

const instance = {
  Host: jsonata('$seen.Endpoint.Address'),
  Port: jsonata('$seen.Endpoint.Port'),
  AdminSecret: jsonata('$seen.MasterUserSecret.SecretArn'),
};

/** From an empty instance to one that holds what the dump holds: the roles, the restore, and what is set for the roles. */
export function dumpStates({ checkInput }: DrillDefinition, { roles, task }: DrillDump): object {
  const { Database, Roles, AppParameter, Expected } = checkInput;
  const bring = (Action: 'before' | 'after', Next: string) => ({
    ...invoke(roles, {
      Action,
      Instance: instance,
      Database,
      Roles,
      AppParameter,
      VectorIndexes: Expected?.VectorIndexes,
    }),
    Retry: [{ ...lambdaAgain, MaxAttempts: 2 }],
    Catch: [toRecord],
    Next,
  });
  return {
    BringRoles: bring('before', 'RunLoad'),
    ...taskStates({
      ...task,
      name: 'Load',
      environment: {
        postgres: {
          PGHOST: jsonata('$seen.Endpoint.Address'),
          PLINTH_SHA256: jsonata('$plan.Dump.Sha256'),
          PLINTH_BYTES: jsonata('$string($plan.Dump.Bytes)'),
        },
        storage: {
          PLINTH_KEY: jsonata('$plan.Dump.Key'),
          PLINTH_SECRET: jsonata('$seen.MasterUserSecret.SecretArn'),
        },
      },
      next: 'SetSearches',
      failed: 'Record',
    }),
    SetSearches: bring('after', 'Check'),
  };
}
