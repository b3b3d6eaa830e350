import { again, failure, jsonata, wait } from './drill-states';
import { lastingExitCodes, taskExitCodes } from './task-exit-codes';

/** A Fargate task as a state machine runs it. */
export interface TaskRun {
  /** Ends the names of its states: `RunDump`, `DescribeDump`. */
  readonly name: string;
  readonly cluster: string;
  readonly definition: string;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  /** Where what it prints is kept, for the sentence that tells of a failure. */
  readonly logGroup: string;
  /** By container. */
  readonly environment: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** After so long it is stopped. */
  readonly minutes: number;
  readonly next: string;
  /** Where a failure goes, which then stands in `$failure`. */
  readonly failed: string;
  /** The variable that counts the tries, where there may be several. */
  readonly attempt?: string;
  /** Where it goes instead, as long as another try could help. */
  readonly again?: { readonly condition: string; readonly next: string };
}

const ecsAgain = {
  // The last is what ECS has no model of, as that it is asked too often.
  ErrorEquals: ['Ecs.SdkClientException', 'Ecs.ServerException', 'Ecs.ThrottlingException', 'Ecs.EcsException'],
  ...again,
};
const lookAgain = { ...ecsAgain, MaxAttempts: 14 };

/**
 * Runs a task and follows it to its end. It is asked for by a token of the execution, so that an answer that is lost
 * starts no second one, and polled, as everything is here: a hard deadline, and every end of it has a sentence.
 */
export function taskStates(run: TaskRun): Record<string, object> {
  const { name, minutes, next, failed, cluster } = run;
  const caught = { ErrorEquals: ['States.ALL'], Assign: failure, Next: failed };
  const told = (error: string, cause: string) => ({
    Type: 'Pass',
    Assign: { failure: { Error: error, Cause: jsonata(cause) } },
    Next: failed,
  });
  const containers = '$ended.Containers';
  return {
    [`Run${name}`]: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:ecs:runTask',
      Arguments: {
        Cluster: cluster,
        TaskDefinition: run.definition,
        LaunchType: 'FARGATE',
        PlatformVersion: '1.4.0',
        // Of at most 64 characters, and of this execution alone: other machines ask the same cluster.
        ClientToken: jsonata(
          `$substring($hash($states.context.Execution.Id, 'SHA-256'), 0, 48) & '-' & $string(${run.attempt ?? '0'})`,
        ),
        NetworkConfiguration: {
          AwsvpcConfiguration: {
            Subnets: run.subnets,
            SecurityGroups: run.securityGroups,
            AssignPublicIp: 'DISABLED',
          },
        },
        Overrides: {
          ContainerOverrides: Object.entries(run.environment).map(([Name, values]) => ({
            Name,
            Environment: Object.entries(values).map(([key, Value]) => ({ Name: key, Value })),
          })),
        },
      },
      Retry: [ecsAgain],
      Catch: [caught],
      Assign: {
        task: jsonata('$count($states.result.Tasks) > 0 ? $states.result.Tasks[0].TaskArn : null'),
        why: jsonata("$count($states.result.Failures) > 0 ? $states.result.Failures[0].Reason : 'no reason'"),
        deadline: jsonata(`$millis() + ${minutes * 60_000}`),
      },
      Next: `Did${name}Begin`,
    },
    [`Did${name}Begin`]: {
      Type: 'Choice',
      Choices: [{ Condition: jsonata('$task != null'), Next: `WaitFor${name}` }],
      Default: `${name}DidNotBegin`,
    },
    [`${name}DidNotBegin`]: told('Task.DidNotBegin', "'ECS started no task: ' & $why & '.'"),
    [`WaitFor${name}`]: wait(30, `Describe${name}`),
    [`Describe${name}`]: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:ecs:describeTasks',
      Arguments: { Cluster: cluster, Tasks: [jsonata('$task')] },
      Retry: [lookAgain],
      Catch: [caught],
      Assign: {
        ended: jsonata('$count($states.result.Tasks) > 0 ? $states.result.Tasks[0] : null'),
        seenAt: jsonata('$millis()'),
      },
      Next: `Is${name}Over`,
    },
    [`Is${name}Over`]: {
      Type: 'Choice',
      Choices: [
        { Condition: jsonata('$ended = null'), Next: `${name}IsLost` },
        { Condition: jsonata("$ended.LastStatus = 'STOPPED'"), Next: `Did${name}Succeed` },
        { Condition: jsonata('$seenAt > $deadline'), Next: `Stop${name}` },
      ],
      Default: `WaitFor${name}`,
    },
    [`${name}IsLost`]: told('Task.Lost', "'ECS knows nothing of the task ' & $task & '.'"),
    [`Did${name}Succeed`]: {
      Type: 'Choice',
      Choices: [
        {
          Condition: jsonata(
            `$count(${containers}) > 0 and $count(${containers}[ExitCode = 0]) = $count(${containers})`,
          ),
          Next: next,
        },
        ...(run.again === undefined
          ? []
          : [
              {
                Condition: jsonata(
                  `${run.again.condition} and $count(${containers}[ExitCode in ${JSON.stringify(lastingExitCodes)}]) = 0`,
                ),
                Next: run.again.next,
              },
            ]),
      ],
      Default: `${name}Failed`,
    },
    [`${name}Failed`]: told(
      'Task.Failed',
      // The container that names a reason of its own, before one that was stopped, before one that only waited.
      `($codes := ${JSON.stringify(taskExitCodes)};
        $bad := $append([], ${containers}[$exists(ExitCode) and ExitCode != 0]);
        $first := $append($append($bad[$not(ExitCode in [24, 137])], $bad[ExitCode = 137]), $bad)[0];
        $sentence := $exists($first) ? $lookup($codes, $string($first.ExitCode)) : null;
        'The task ended: ' & ($exists($sentence) and $sentence != null
          ? $sentence
          : $exists($first) ? $first.Name & ' exited with ' & $string($first.ExitCode) & '.' : $ended.StoppedReason & '.')
        & ' What it printed is in ${run.logGroup}.')`.replace(/\s*\n\s*/g, ' '),
    ),
    [`Stop${name}`]: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:ecs:stopTask',
      Arguments: { Cluster: cluster, Task: jsonata('$task'), Reason: 'It did not end in its time.' },
      Retry: [ecsAgain],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: `${name}TooLate` }],
      Next: `${name}TooLate`,
    },
    [`${name}TooLate`]: told('Task.TooLate', `'The task did not end in ${minutes} minutes, and was stopped.'`),
  };
}
