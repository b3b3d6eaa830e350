import type { DrillCheckInput } from '../../lambdas/drill-check/contract';

/** What a drill's machine is made of: names and ARNs, and what the checks expect. Never a secret. */
export interface DrillDefinition {
  readonly kind: 'snapshot' | 'pointInTime';
  readonly instance: string;
  readonly temporaryPrefix: string;
  readonly functions: { readonly plan: string; readonly check: string; readonly report: string };
  /** As Step Functions writes the parameters of both restore calls. */
  readonly restore: Readonly<Record<string, unknown>>;
  readonly keyArn: string;
  /** What the function that checks gets beside the instance and the times. */
  readonly checkInput: Omit<DrillCheckInput, 'Instance' | 'Restored'>;
  readonly availableMinutes: number;
  readonly goneMinutes: number;
}

// RDS's words for an instance that is on its way. Any other but `available` ends the drill.
const passing = [
  'creating',
  'backing-up',
  'modifying',
  'rebooting',
  'renaming',
  'resetting-master-credentials',
  'configuring-enhanced-monitoring',
  'configuring-iam-database-auth',
  'configuring-log-exports',
  'configuring-associated-roles',
  'storage-optimization',
  'storage-config-upgrade',
  'upgrading',
  'maintenance',
  'starting',
];

const jsonata = (expression: string) => `{% ${expression} %}`;
const failure = {
  failure: jsonata('{"Error": $states.errorOutput.Error, "Cause": $substring($states.errorOutput.Cause, 0, 4000)}'),
};
const toRecord = { ErrorEquals: ['States.ALL'], Assign: failure, Next: 'Record' };
// Four tries within a minute: what the service itself asks to be tried again.
const again = { IntervalSeconds: 4, BackoffRate: 2, MaxAttempts: 4, MaxDelaySeconds: 30, JitterStrategy: 'FULL' };
const lambdaAgain = {
  ErrorEquals: [
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.TooManyRequestsException',
  ],
  ...again,
};
const rdsAgain = { ErrorEquals: ['Rds.SdkClientException', 'Rds.ThrottlingException'], ...again };
const id = jsonata('$id');

/**
 * One drill, from the request to the end of the temporary instance. Every path goes through Record, Delete and
 * Conclude, and it succeeds from the verdict that was stored, when the instance was seen to be gone.
 */
export function drillDefinition(drill: DrillDefinition): object {
  const { kind, functions, temporaryPrefix } = drill;
  const describe = (next: string, handlers: readonly object[]) => ({
    Type: 'Task',
    Resource: 'arn:aws:states:::aws-sdk:rds:describeDBInstances',
    Arguments: { DbInstanceIdentifier: id },
    Retry: [rdsAgain],
    Catch: handlers,
    Assign: { seen: jsonata('$states.result.DbInstances[0]'), seenAt: jsonata('$millis()') },
    Next: next,
  });
  const wait = (Seconds: number, Next: string) => ({ Type: 'Wait', Seconds, Next });
  const note = (name: string, cause: string) => ({
    Type: 'Pass',
    Assign: { failure: { Error: name, Cause: jsonata(cause) } },
    Next: 'Record',
  });
  const invoke = (FunctionName: string, Payload: object) => ({
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName, Payload },
  });
  const described = "'The instance is ' & $seen.DbInstanceStatus & '.'";
  return {
    Comment: 'Restores a backup into a temporary instance, proves what is in it, and removes it',
    QueryLanguage: 'JSONata',
    StartAt: 'Begin',
    // Longer than all waits together; what it would leave behind is the sweeper's.
    TimeoutSeconds: (drill.availableMinutes * 2 + drill.goneMinutes + 90) * 60,
    States: {
      Begin: {
        Type: 'Pass',
        Assign: {
          id: jsonata(
            `'${temporaryPrefix}' & $lowercase($substring($replace($states.context.Execution.Name, /[^A-Za-z0-9]/, ''), -12))`,
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
        ...(kind === 'snapshot'
          ? {
              Resource: 'arn:aws:states:::aws-sdk:rds:restoreDBInstanceFromDBSnapshot',
              Arguments: {
                ...drill.restore,
                DbInstanceIdentifier: id,
                DbSnapshotIdentifier: jsonata('$plan.Snapshot'),
              },
            }
          : {
              Resource: 'arn:aws:states:::aws-sdk:rds:restoreDBInstanceToPointInTime',
              Arguments: {
                ...drill.restore,
                SourceDBInstanceIdentifier: drill.instance,
                TargetDBInstanceIdentifier: id,
                RestoreTime: jsonata('$plan.Time'),
              },
            }),
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
            Condition: jsonata("$seen.DbInstanceStatus = 'available'"),
            Assign: { availableAt: jsonata('$now()') },
            Next: 'SetPassword',
          },
          { Condition: jsonata('$seenAt > $deadline'), Next: 'TooLate' },
          { Condition: jsonata(`$seen.DbInstanceStatus in ${JSON.stringify(passing)}`), Next: 'WaitForInstance' },
        ],
        Default: 'Terminal',
      },
      TooLate: note(
        'Drill.TooLate',
        `'The instance was not ready after ${drill.availableMinutes} minutes: it is ' & $seen.DbInstanceStatus & '.'`,
      ),
      Terminal: note('Drill.Terminal', described),
      SetPassword: {
        Type: 'Task',
        Resource: 'arn:aws:states:::aws-sdk:rds:modifyDBInstance',
        Arguments: {
          DbInstanceIdentifier: id,
          ManageMasterUserPassword: true,
          MasterUserSecretKmsKeyId: drill.keyArn,
          ApplyImmediately: true,
        },
        Retry: [rdsAgain],
        Catch: [toRecord],
        Assign: { deadline: jsonata(`$millis() + ${drill.availableMinutes * 60_000}`) },
        Next: 'WaitForPassword',
      },
      WaitForPassword: wait(15, 'DescribePassword'),
      DescribePassword: describe('IsReady', [toRecord]),
      IsReady: {
        Type: 'Choice',
        Choices: [
          {
            Condition: jsonata(
              "$seen.DbInstanceStatus = 'available' and $seen.MasterUserSecret.SecretStatus = 'active' and $count($keys($seen.PendingModifiedValues)) = 0",
            ),
            Next: 'Check',
          },
          { Condition: jsonata('$seenAt > $deadline'), Next: 'PasswordTooLate' },
          {
            Condition: jsonata(`$seen.DbInstanceStatus in ${JSON.stringify(['available', ...passing])}`),
            Next: 'WaitForPassword',
          },
        ],
        Default: 'Terminal',
      },
      PasswordTooLate: note(
        'Drill.PasswordTooLate',
        `'The password was not set after ${drill.availableMinutes} minutes: the instance is ' & $seen.DbInstanceStatus & '.'`,
      ),
      Check: {
        ...invoke(functions.check, {
          ...drill.checkInput,
          Instance: {
            Host: jsonata('$seen.Endpoint.Address'),
            Port: jsonata('$seen.Endpoint.Port'),
            AdminSecret: jsonata('$seen.MasterUserSecret.SecretArn'),
          },
          Restored: {
            // Without a time that was asked for, all since the last backup is lost, up to the request.
            To: jsonata('$plan.Asked ? $plan.RestoresTo : null'),
            TakenAt: jsonata('$plan.Asked ? null : $plan.RestoresTo'),
            RequestedAt: jsonata('$requestedAt'),
            AvailableAt: jsonata('$availableAt'),
          },
        }),
        // A minute more than the function itself has.
        TimeoutSeconds: 900,
        Retry: [{ ...lambdaAgain, MaxAttempts: 2 }],
        // An answer that is too large is not among States.ALL.
        Catch: [{ ...toRecord, ErrorEquals: ['States.DataLimitExceeded'] }, toRecord],
        Assign: { check: jsonata('$states.result.Payload') },
        Next: 'Record',
      },
      Record: {
        ...invoke(functions.report, {
          Action: 'record',
          Id: id,
          Execution: jsonata('$states.context.Execution.Id'),
          Kind: kind,
          RequestedAt: jsonata('$requestedAt'),
          Chosen: jsonata('$exists($plan.Chosen) ? $plan.Chosen : null'),
          RestoresTo: jsonata('$exists($plan.RestoresTo) ? $plan.RestoresTo : null'),
          AvailableAt: jsonata('$availableAt'),
          Check: jsonata('$check'),
          Failure: jsonata('$failure'),
        }),
        Retry: [lambdaAgain],
        // Without a verdict the drill has failed, and the instance has to go all the same.
        Catch: [{ ErrorEquals: ['States.ALL'], Assign: failure, Next: 'IsItThere' }],
        Next: 'IsItThere',
      },
      // The right to delete hangs on a tag, and what was never made has none: it would be refused instead of not found.
      IsItThere: describe('Delete', [
        { ErrorEquals: ['Rds.DbInstanceNotFoundException'], Next: 'Gone' },
        { ErrorEquals: ['States.ALL'], Next: 'Delete' },
      ]),
      Delete: {
        Type: 'Task',
        Resource: 'arn:aws:states:::aws-sdk:rds:deleteDBInstance',
        Arguments: { DbInstanceIdentifier: id, SkipFinalSnapshot: true, DeleteAutomatedBackups: true },
        Retry: [
          rdsAgain,
          // It may be in the middle of something that cannot be interrupted.
          {
            ErrorEquals: ['Rds.InvalidDbInstanceStateException'],
            IntervalSeconds: 60,
            BackoffRate: 1,
            MaxAttempts: 20,
          },
        ],
        Catch: [
          { ErrorEquals: ['Rds.DbInstanceNotFoundException'], Next: 'Gone' },
          { ErrorEquals: ['States.ALL'], Assign: { teardown: failure.failure }, Next: 'NotGone' },
        ],
        Assign: { deadline: jsonata(`$millis() + ${drill.goneMinutes * 60_000}`) },
        Next: 'WaitUntilGone',
      },
      WaitUntilGone: wait(30, 'DescribeGone'),
      DescribeGone: describe('IsGone', [
        { ErrorEquals: ['Rds.DbInstanceNotFoundException'], Next: 'Gone' },
        { ErrorEquals: ['States.ALL'], Assign: { teardown: failure.failure }, Next: 'NotGone' },
      ]),
      IsGone: {
        Type: 'Choice',
        Choices: [{ Condition: jsonata('$seenAt > $deadline'), Next: 'StillThere' }],
        Default: 'WaitUntilGone',
      },
      StillThere: {
        Type: 'Pass',
        Assign: { teardown: { Error: 'Drill.StillThere', Cause: jsonata(described) } },
        Next: 'NotGone',
      },
      Gone: { Type: 'Pass', Assign: { gone: true }, Next: 'Conclude' },
      NotGone: { Type: 'Pass', Assign: { gone: false }, Next: 'Conclude' },
      Conclude: {
        ...invoke(functions.report, {
          Action: 'conclude',
          Id: id,
          Gone: jsonata('$gone'),
          Teardown: jsonata('$teardown'),
          EndedAt: jsonata('$now()'),
        }),
        Retry: [lambdaAgain],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'NotConcluded' }],
        Assign: { conclusion: jsonata('$states.result.Payload') },
        Output: jsonata('$states.result.Payload'),
        Next: 'DidItPass',
      },
      DidItPass: {
        Type: 'Choice',
        Choices: [{ Condition: jsonata("$conclusion.Verdict = 'passed' and $gone"), Next: 'Passed' }],
        Default: 'Failed',
      },
      Passed: { Type: 'Succeed' },
      Failed: {
        Type: 'Fail',
        Error: 'Drill.Failed',
        Cause: jsonata("$substring($join($append([], $conclusion.Reasons), ' '), 0, 2000) & ' ' & $conclusion.Report"),
      },
      NotConcluded: {
        Type: 'Fail',
        Error: 'Drill.NotConcluded',
        Cause: jsonata(
          "$exists($states.input.Cause) ? $substring($states.input.Cause, 0, 2000) : 'The report could not be written.'",
        ),
      },
    },
  };
}
