import { dumpsFolder } from '../../lambdas/dump-record/contract';
import { failure, invoke, jsonata, lambdaAgain, wait } from './drill-states';
import { type TaskRun, taskStates } from './task-states';

export interface DumpDefinition {
  readonly task: Pick<TaskRun, 'cluster' | 'definition' | 'subnets' | 'securityGroups' | 'logGroup' | 'minutes'>;
  /** The function that makes a dump known. */
  readonly record: string;
}

/** One dump: the task that takes it and reads it back, once more where that failed, and what makes it known. */
export function dumpDefinition({ task, record }: DumpDefinition): object {
  const folder = `'${dumpsFolder}/' & $replace($substring($states.context.Execution.StartTime, 0, 19), ':', '') & 'Z-' & $substring($replace($states.context.Execution.Name, /[^A-Za-z0-9]/, ''), -8)`;
  return {
    Comment: 'Dumps the database to S3, reads it back, and makes it known',
    QueryLanguage: 'JSONata',
    StartAt: 'Begin',
    // Two tries, and what lies between them.
    TimeoutSeconds: (task.minutes * 2 + 60) * 60,
    States: {
      Begin: {
        Type: 'Pass',
        Assign: { attempt: 0, failure: null, key: jsonata(folder) },
        Next: 'RunDump',
      },
      ...taskStates({
        ...task,
        name: 'Dump',
        environment: { storage: { PLINTH_KEY: jsonata('$key') } },
        next: 'Record',
        failed: 'Failed',
        // A password that was changed between its reading and the login, a connection that broke, a host that went.
        attempt: '$attempt',
        again: { condition: '$attempt = 0', next: 'OnceMore' },
      }),
      OnceMore: {
        Type: 'Pass',
        Assign: { attempt: 1, key: jsonata("$key & '-2'") },
        Next: 'WaitBeforeTheOther',
      },
      WaitBeforeTheOther: wait(120, 'RunDump'),
      Record: {
        ...invoke(record, {
          Action: 'record',
          Key: jsonata('$key'),
          Execution: jsonata('$states.context.Execution.Id'),
        }),
        Retry: [lambdaAgain],
        Catch: [{ ErrorEquals: ['States.ALL'], Assign: failure, Next: 'Failed' }],
        Output: jsonata('$states.result.Payload'),
        Next: 'Dumped',
      },
      Dumped: { Type: 'Succeed' },
      Failed: {
        Type: 'Fail',
        Error: 'Dump.Failed',
        Cause: jsonata("$substring($failure.Cause, 0, 2000) & ' (' & $failure.Error & ')'"),
      },
    },
  };
}
