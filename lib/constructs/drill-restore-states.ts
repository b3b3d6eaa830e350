import type { DrillDefinition } from './drill-parts';
import {
  describe,
  described,
  id,
  invoke,
  isPassing,
  isUsable,
  isUsableOrPassing,
  jsonata,
  lambdaAgain,
  note,
  nothingPending,
  rdsAgain,
  toRecord,
  wait,
  whenPossible,
} from './drill-states';

/** From the request to a copy that can be logged in to. Whatever goes wrong goes on at Record. */
export function restoreStates(drill: DrillDefinition): object {
  const { kind, functions, temporaryPrefix } = drill;
  return {
    Begin: {
      Type: 'Pass',
      Assign: {
        id: jsonata(
          // Of the whole ARN: two machines, or two executions, may be called alike in the end.
          `'${temporaryPrefix}' & $substring($hash($states.context.Execution.Id, 'SHA-256'), 0, 12)`,
        ),
        requestedAt: jsonata('$states.context.Execution.StartTime'),
        source: jsonata('$exists($states.input.source) ? $states.input.source : {}'),
        plan: null,
        availableAt: null,
        check: null,
        failure: null,
        teardown: null,
      },
      Next: 'Plan',
    },
    Plan: {
      ...invoke(functions.plan, { Id: id, Kind: kind, Source: jsonata('$source') }),
      Retry: [lambdaAgain],
      Catch: [toRecord],
      Assign: { plan: jsonata('$states.result.Payload') },
      Next: 'Restore',
    },
    Restore: {
      Type: 'Task',
      ...callOf(drill),
      Retry: [rdsAgain],
      Catch: [
        // An answer that was lost: the identifier belongs to this execution alone.
        { ErrorEquals: ['Rds.DbInstanceAlreadyExistsException'], Next: 'ToDeadline' },
        toRecord,
      ],
      Next: 'ToDeadline',
    },
    ToDeadline: {
      Type: 'Pass',
      Assign: { deadline: jsonata(`$millis() + ${drill.availableMinutes * 60_000}`) },
      Next: 'WaitForInstance',
    },
    WaitForInstance: wait(30, 'Describe'),
    Describe: describe('IsAvailable', [toRecord]),
    IsAvailable: {
      Type: 'Choice',
      Choices: [
        {
          Condition: jsonata(isUsable),
          Assign: { availableAt: jsonata('$now()') },
          // An instance that is made has its password from the beginning.
          Next: kind === 'dump' ? 'WaitForPassword' : 'SetPassword',
        },
        { Condition: jsonata('$seenAt > $deadline'), Next: 'TooLate' },
        { Condition: isPassing, Next: 'WaitForInstance' },
      ],
      Default: 'Terminal',
    },
    TooLate: note(
      'Drill.TooLate',
      `'The instance was not ready after ${drill.availableMinutes} minutes: it is ' & $seen.DbInstanceStatus & '.'`,
    ),
    Terminal: note('Drill.Terminal', described),
    ...(kind !== 'dump' && { SetPassword: setPassword(drill) }),
    WaitForPassword: wait(15, 'DescribePassword'),
    DescribePassword: describe('IsReady', [toRecord]),
    IsReady: {
      Type: 'Choice',
      Choices: [
        {
          Condition: jsonata(`${isUsable} and $seen.MasterUserSecret.SecretStatus = 'active' and ${nothingPending}`),
          Next: kind === 'dump' ? 'BringRoles' : 'Check',
        },
        { Condition: jsonata('$seenAt > $deadline'), Next: 'PasswordTooLate' },
        { Condition: isUsableOrPassing, Next: 'WaitForPassword' },
      ],
      Default: 'Terminal',
    },
    PasswordTooLate: note(
      'Drill.PasswordTooLate',
      `'The password was not set after ${drill.availableMinutes} minutes: the instance is ' & $seen.DbInstanceStatus & '.'`,
    ),
  };
}

/** The call that makes the temporary instance. */
function callOf({ kind, restore, instance }: DrillDefinition): object {
  const rds = (action: string) => `arn:aws:states:::aws-sdk:rds:${action}`;
  switch (kind) {
    case 'snapshot':
      return {
        Resource: rds('restoreDBInstanceFromDBSnapshot'),
        Arguments: { ...restore, DbInstanceIdentifier: id, DbSnapshotIdentifier: jsonata('$plan.Snapshot') },
      };
    case 'pointInTime':
      return {
        Resource: rds('restoreDBInstanceToPointInTime'),
        Arguments: {
          ...restore,
          SourceDBInstanceIdentifier: instance,
          TargetDBInstanceIdentifier: id,
          RestoreTime: jsonata('$plan.Time'),
        },
      };
    case 'dump':
      return { Resource: rds('createDBInstance'), Arguments: { ...restore, DbInstanceIdentifier: id } };
  }
}

function setPassword(drill: DrillDefinition): object {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::aws-sdk:rds:modifyDBInstance',
    Arguments: {
      DbInstanceIdentifier: id,
      ManageMasterUserPassword: true,
      MasterUserSecretKmsKeyId: drill.keyArn,
      ApplyImmediately: true,
    },
    Retry: [rdsAgain, whenPossible],
    Catch: [toRecord],
    Assign: { deadline: jsonata(`$millis() + ${drill.availableMinutes * 60_000}`) },
    Next: 'WaitForPassword',
  };
}
