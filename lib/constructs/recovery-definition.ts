import { approveStates } from './recovery-approve-states';
import { decideStates } from './recovery-decide-states';
import type { RecoveryDefinition } from './recovery-parts';
import { restoreStates } from './recovery-restore-states';
import { swapStates } from './recovery-swap-states';

/**
 * One recovery, from the request to the application's own host with other data behind it. It may be started again after
 * any failure: it begins by looking at what is there, and what is done already is not done twice.
 */
export function recoveryDefinition(recovery: RecoveryDefinition): object {
  return {
    Comment: 'Restores beside the damaged instance, has it checked and approved, and swaps the names',
    QueryLanguage: 'JSONata',
    StartAt: 'Begin',
    // The longest restore, a decision that waits for Monday, and some.
    TimeoutSeconds: 7 * 24 * 60 * 60,
    States: {
      ...restoreStates(recovery),
      ...decideStates(recovery),
      ...approveStates(recovery),
      ...swapStates(recovery),
    },
  };
}
