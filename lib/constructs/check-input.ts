import type { CheckSettings, DrillCheckInput } from '../../lambdas/drill-check/contract';
import type { CheckedMigrations } from '../checks/migrations';
import type { Environment } from '../config';
import { heartbeatMinutes, manifestMinutes } from './heartbeat';

/** What the checks of a restored copy expect, by this environment's config and files. */
export function checkInputOf(
  environment: Environment,
  { head }: CheckedMigrations,
): Omit<DrillCheckInput, 'Instance' | 'Restored'> {
  const { database, roles, vectorIndexes, connectionParameters, objectives, drills } = environment;
  const { onRemove: _, ...declared } = roles;
  return {
    Database: database.name,
    Roles: declared,
    AppParameter: connectionParameters.app,
    Expected: {
      MigrationHead: head,
      Extensions: database.extensions,
      VectorIndexes: vectorIndexes,
      HeartbeatMinutes: heartbeatMinutes,
      ManifestMinutes: manifestMinutes,
    },
    Checks: defaults,
    ...(objectives !== 'none' && { Objectives: objectives }),
    OnMissedObjective: drills.onMissedObjective,
  };
}

const defaults: CheckSettings = {
  rowFloors: {},
  maximumFallPercent: 20,
  mayShrink: [],
  noNulls: [],
  minimumRecall: 0.9,
  criticalQueries: {},
  exactRowsUpToMiB: 256,
};
