import { SendTaskSuccessCommand, type SFNClient, TaskTimedOut } from '@aws-sdk/client-sfn';
import type { Waker } from './requests';

/** In Step Functions: the one file of this capability that calls it. */
export function wakerIn(client: SFNClient): Waker {
  return {
    wake: async (taskToken) => {
      try {
        // It only wakes: what was decided is read from what is stored.
        await client.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }));
        return true;
      } catch (error) {
        if (error instanceof TaskTimedOut) return false;
        throw error;
      }
    },
  };
}
