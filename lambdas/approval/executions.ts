import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  SendTaskSuccessCommand,
  type SFNClient,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import type { Executions } from './requests';

/** In Step Functions: the one file of this capability that calls it. */
export function executionsIn(client: SFNClient): Executions {
  return {
    wake: async (taskToken) => {
      try {
        // It only wakes: what was decided is read from what is stored.
        await client.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }));
        return true;
      } catch (error) {
        if (error instanceof TaskTimedOut || error instanceof TaskDoesNotExist) return false;
        throw error;
      }
    },
    isUnderWay: async (executionArn) => {
      try {
        return (await client.send(new DescribeExecutionCommand({ executionArn }))).status === 'RUNNING';
      } catch (error) {
        // Step Functions forgets them after 90 days.
        if (error instanceof ExecutionDoesNotExist) return false;
        throw error;
      }
    },
  };
}
