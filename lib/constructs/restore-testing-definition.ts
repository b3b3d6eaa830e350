import type { DrillCheckInput } from '../../lambdas/drill-check/contract';
import { restoreStates } from './drill-restore-states';
import { again, id, invoke, jsonata, lambdaAgain, toRecord } from './drill-states';

/** What the machine is made of that judges a restore test of AWS Backup. */
export interface RestoreTestingDefinition {
  readonly instance: string;
  readonly functions: { readonly check: string; readonly report: string };
  readonly keyArn: string;
  readonly checkInput: Omit<DrillCheckInput, 'Instance' | 'Restored'>;
  readonly readyMinutes: number;
}

const password = ['SetPassword', 'WaitForPassword', 'DescribePassword', 'IsReady', 'PasswordTooLate', 'Terminal'];

/**
 * AWS Backup has restored an instance, and deletes it later. Between the two this sets a password, runs the checks of a
 * drill, and answers what they say. Whatever goes wrong is answered as a failure.
 */
export function restoreTestingDefinition(test: RestoreTestingDefinition): object {
  const { functions, keyArn, checkInput, readyMinutes, instance } = test;
  const drill = restoreStates({
    ...{ kind: 'snapshot', instance, temporaryPrefix: '', restore: {}, keyArn, checkInput, goneMinutes: 0 },
    functions: { ...functions, plan: '' },
    availableMinutes: readyMinutes,
  }) as Readonly<Record<string, object>>;
  return {
    Comment: 'Runs the checks of a drill on what AWS Backup has restored, and answers it',
    QueryLanguage: 'JSONata',
    StartAt: 'Begin',
    TimeoutSeconds: (readyMinutes + 60) * 60,
    States: {
      Begin: {
        Type: 'Pass',
        Assign: {
          // arn:aws:rds:REGION:ACCOUNT:db:NAME
          id: jsonata("$split($states.input.detail.createdResourceArn, ':')[6]"),
          job: jsonata('$states.input.detail.restoreJobId'),
          requestedAt: jsonata('$states.input.detail.creationDate'),
          availableAt: jsonata('$states.input.detail.completionDate'),
          check: null,
          failure: null,
        },
        Next: 'SetPassword',
      },
      ...Object.fromEntries(password.map((name) => [name, drill[name]])),
      Check: {
        ...invoke(functions.check, {
          ...checkInput,
          // AWS Backup takes its time, and may take an old snapshot.
          OnMissed: { Rto: 'warn', Rpo: 'warn' },
          Instance: {
            Host: jsonata('$seen.Endpoint.Address'),
            Port: jsonata('$seen.Endpoint.Port'),
            AdminSecret: jsonata('$seen.MasterUserSecret.SecretArn'),
          },
          Restored: { RequestedAt: jsonata('$requestedAt'), AvailableAt: jsonata('$availableAt') },
        }),
        // A minute more than the function itself has.
        TimeoutSeconds: 900,
        Retry: [{ ...lambdaAgain, MaxAttempts: 2 }],
        Catch: [{ ...toRecord, ErrorEquals: ['States.DataLimitExceeded'] }, toRecord],
        Assign: { check: jsonata('$states.result.Payload') },
        Next: 'Record',
      },
      // Judged and kept as a drill is.
      Record: {
        ...invoke(functions.report, {
          Action: 'record',
          Id: id,
          Execution: jsonata('$states.context.Execution.Id'),
          Kind: 'restoreTesting',
          RequestedAt: jsonata('$requestedAt'),
          AvailableAt: jsonata('$availableAt'),
          Check: jsonata('$check'),
          Failure: jsonata('$failure'),
        }),
        Retry: [lambdaAgain],
        Catch: [
          {
            ErrorEquals: ['States.ALL'],
            Assign: { verdict: { Passed: false, Reasons: ['The verdict could not be stored.'] } },
            Next: 'Answer',
          },
        ],
        Assign: { verdict: jsonata('$states.result.Payload') },
        Next: 'Answer',
      },
      Answer: {
        Type: 'Task',
        Resource: 'arn:aws:states:::aws-sdk:backup:putRestoreValidationResult',
        Arguments: {
          RestoreJobId: jsonata('$job'),
          ValidationStatus: jsonata("$verdict.Passed = true ? 'SUCCESSFUL' : 'FAILED'"),
          ValidationStatusMessage: jsonata(
            "$verdict.Passed = true ? 'All checks passed.' : $substring($join($append([], $verdict.Reasons), ' '), 0, 1000)",
          ),
        },
        Retry: [{ ErrorEquals: ['Backup.SdkClientException', 'Backup.ServiceUnavailableException'], ...again }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'NotAnswered' }],
        Next: 'DidItPass',
      },
      DidItPass: {
        Type: 'Choice',
        Choices: [{ Condition: jsonata('$verdict.Passed = true'), Next: 'Passed' }],
        Default: 'Failed',
      },
      Passed: { Type: 'Succeed' },
      Failed: {
        Type: 'Fail',
        Error: 'RestoreTest.Failed',
        Cause: jsonata("$substring($join($append([], $verdict.Reasons), ' '), 0, 2000)"),
      },
      NotAnswered: {
        Type: 'Fail',
        Error: 'RestoreTest.NotAnswered',
        Cause: jsonata(
          "$exists($states.input.Cause) ? $substring($states.input.Cause, 0, 2000) : 'No answer was taken.'",
        ),
      },
    },
  };
}
