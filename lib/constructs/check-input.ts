import type { DrillCheckInput } from '../../lambdas/drill-check/contract';
import type { CheckedMigrations } from '../checks/migrations';
import type { Environment } from '../config';

/** What the checks of a restored copy expect, by this environment's config and files. */
export function checkInputOf(
  environment: Environment,
  { head }: CheckedMigrations,
): Omit<DrillCheckInput, 'Instance' | 'Restored'> {
  const { database, roles, vectorIndexes, connectionParameters, objectives, drills, checks, heartbeat } = environment;
  const { onRemove: _, ...declared } = roles;
  return {
    Database: database.name,
    Roles: declared,
    AppParameter: connectionParameters.app,
    Expected: {
      MigrationHead: head,
      Extensions: database.extensions,
      VectorIndexes: vectorIndexes,
      HeartbeatMinutes: heartbeat.everyMinutes,
      ManifestMinutes: heartbeat.manifestEveryMinutes,
      NewestRow: heartbeat.newestRow,
    },
    Checks: checks,
    ...(objectives !== 'none' && { Objectives: objectives }),
    OnMissed: { Rto: drills.onMissedObjective, Rpo: drills.onMissedObjective },
  };
}
