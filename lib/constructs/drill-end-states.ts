import type { DrillDefinition } from './drill-parts';
import {
  describe,
  described,
  failure,
  id,
  invoke,
  jsonata,
  lambdaAgain,
  rdsAgain,
  toRecord,
  wait,
  whenPossible,
} from './drill-states';

/** What the config says, of the objectives that what was chosen can be held to. */
const onMissed = ({ OnMissed }: DrillDefinition['checkInput']) =>
  Object.fromEntries(
    Object.entries(OnMissed).map(([objective, says]) => [
      objective,
      jsonata(`'${objective}' in $plan.Objectives ? '${says}' : 'warn'`),
    ]),
  );

/** The checks, the verdict that is stored, the removal of the copy, and the end that both decide. */
export function endStates(drill: DrillDefinition): object {
  const { kind, functions } = drill;
  return {
    Check: {
      ...invoke(functions.check, {
        ...drill.checkInput,
        OnMissed: onMissed(drill.checkInput),
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
      Retry: [rdsAgain, whenPossible],
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
        Execution: jsonata('$states.context.Execution.Id'),
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
      Choices: [
        {
          Condition: jsonata("$conclusion.Verdict = 'passed' and $gone"),
          Next: drill.signOff ? 'AskForSignOff' : 'Passed',
        },
      ],
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
  };
}
