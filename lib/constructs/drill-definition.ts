import { dumpStates } from './drill-dump-states';
import { endStates } from './drill-end-states';
import type { DrillDefinition } from './drill-parts';
import { restoreStates } from './drill-restore-states';
import { signOffStates } from './drill-sign-off-states';

/**
 * One drill, from the request to the end of the temporary instance. Every path goes through Record, Delete and
 * Conclude, and it succeeds from the verdict that was stored, when the instance was seen to be gone.
 */
export function drillDefinition(drill: DrillDefinition): object {
  return {
    Comment: 'Restores a backup into a temporary instance, proves what is in it, and removes it',
    QueryLanguage: 'JSONata',
    StartAt: 'Begin',
    // Longer than all waits together; what it would leave behind is the sweeper's.
    TimeoutSeconds:
      (drill.availableMinutes * 2 + (drill.dump?.task.minutes ?? 0) + drill.goneMinutes + 90) * 60 +
      (drill.signOff?.hours ?? 0) * 3600,
    States: {
      ...restoreStates(drill),
      ...(drill.dump && dumpStates(drill, drill.dump)),
      ...endStates(drill),
      ...(drill.signOff && signOffStates(drill, drill.signOff)),
    },
  };
}
