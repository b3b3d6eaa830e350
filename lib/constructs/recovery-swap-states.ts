import { recoveryTags } from '../../lambdas/recovery-plan/contract';
import {
  described,
  id,
  invoke,
  isUsable,
  isUsableOrPassing,
  jsonata,
  lambdaAgain,
  rdsAgain,
  wait,
} from './drill-states';
import type { RecoveryDefinition } from './recovery-parts';
import {
  deadlineIn,
  describeNamed,
  isLate,
  modify,
  notFound,
  refusal,
  stop,
  toStopped,
  whenAvailable,
} from './recovery-states';

const aside = jsonata('$plan.Aside');
const unknownYet = (Next: string) => ({
  ErrorEquals: [notFound],
  Assign: { seenAt: jsonata('$millis()') },
  Next,
});

/**
 * Whoever has the name steps aside, and the one that is wanted takes it. Each step looks first at what is there, so it
 * can be taken again: also when the execution before has died between the two.
 */
export function swapStates(recovery: RecoveryDefinition): object {
  const { instance, renameMinutes } = recovery;
  return {
    LookAtName: describeNamed(instance, 'WhoHasTheName', [
      // Nobody: it is lost, or an execution before has come so far.
      {
        ErrorEquals: [notFound],
        Assign: { other: jsonata("$other = 'aside' ? 'aside' : 'none'") },
        Next: 'TakeName',
      },
      toStopped,
    ]),
    WhoHasTheName: {
      Type: 'Choice',
      Choices: [{ Condition: jsonata('$seen.DbiResourceId = $wanted'), Next: 'ToName' }],
      Default: 'MarkAside',
    },
    // Before, so that nothing stands between the two renames. A tag is not worth stopping for.
    MarkAside: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:rds:addTagsToResource',
      Arguments: {
        ResourceName: jsonata('$seen.DbInstanceArn'),
        Tags: [{ Key: recoveryTags.keepUntil, Value: jsonata('$plan.KeepUntil') }],
      },
      Retry: [rdsAgain],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'StepAside' }],
      Next: 'StepAside',
    },
    StepAside: modify(
      instance,
      { NewDBInstanceIdentifier: aside },
      {
        Retry: [rdsAgain, whenAvailable],
        Catch: [
          // The first try came through, and its answer was lost.
          { ErrorEquals: [notFound], Next: 'ToAside' },
          toStopped,
        ],
        Next: 'ToAside',
      },
    ),
    ToAside: deadlineIn(renameMinutes, 'WaitForAside'),
    WaitForAside: wait(15, 'DescribeAside'),
    DescribeAside: describeNamed(aside, 'HasSteppedAside', [unknownYet('IsAsideLate'), toStopped]),
    // Whatever else it is, available or not: the name is free.
    HasSteppedAside: {
      Type: 'Choice',
      Choices: [{ Condition: jsonata("$seen.DbInstanceStatus = 'renaming'"), Next: 'IsAsideLate' }],
      Assign: { other: 'aside' },
      Default: 'TakeName',
    },
    IsAsideLate: {
      Type: 'Choice',
      Choices: [{ Condition: isLate, Next: 'NotAside' }],
      Default: 'WaitForAside',
    },
    NotAside: stop('NotAside', `'${instance} was not renamed to ' & $plan.Aside & ' after ${renameMinutes} minutes.'`),
    TakeName: modify(
      id,
      { NewDBInstanceIdentifier: instance },
      {
        Retry: [
          rdsAgain,
          whenAvailable,
          // The old name is free some time after the instance is known by its new one.
          {
            ErrorEquals: ['Rds.DbInstanceAlreadyExistsException'],
            IntervalSeconds: 30,
            BackoffRate: 1,
            MaxAttempts: 40,
          },
        ],
        Catch: [{ ErrorEquals: [notFound], Next: 'ToName' }, toStopped],
        Next: 'ToName',
      },
    ),
    ToName: deadlineIn(renameMinutes, 'WaitForName'),
    WaitForName: wait(15, 'DescribeName'),
    DescribeName: describeNamed(instance, 'HasTheName', [unknownYet('IsNameLate'), toStopped]),
    HasTheName: {
      Type: 'Choice',
      Choices: [
        {
          Condition: jsonata(
            `${isUsable} and $seen.DbiResourceId = $wanted and $plan.Action = 'recover' and $count($seen.EnabledCloudwatchLogsExports) = 0`,
          ),
          Next: 'ExportLogs',
        },
        {
          Condition: jsonata(`${isUsable} and $seen.DbiResourceId = $wanted`),
          Next: 'Verify',
        },
        { Condition: isUsableOrPassing, Next: 'IsNameLate' },
      ],
      Default: 'Terminal',
    },
    IsNameLate: {
      Type: 'Choice',
      Choices: [{ Condition: isLate, Next: 'NotNamed' }],
      Default: 'WaitForName',
    },
    NotNamed: stop(
      'NotNamed',
      `$plan.Wanted & ' was not available as ${instance} after ${renameMinutes} minutes.' & ($exists($seen.DbInstanceStatus) ? ' ' & ${described} : '')`,
    ),
    // Not before it has its name: RDS would make log groups of the other name, which nobody encrypts and nothing expires.
    ExportLogs: modify(
      instance,
      { CloudwatchLogsExportConfiguration: { EnableLogTypes: recovery.exportedLogs } },
      {
        Retry: [rdsAgain, whenAvailable],
        Catch: [{ ErrorEquals: ['States.ALL'], Assign: { unlogged: refusal }, Next: 'Verify' }],
        Next: 'Verify',
      },
    ),
    Verify: {
      ...invoke(recovery.functions.logins, {
        Action: 'verify',
        Host: jsonata('$seen.Endpoint.Address'),
        Port: jsonata('$seen.Endpoint.Port'),
        Recovery: jsonata('$plan.Recovery'),
        Restored: jsonata("$plan.Action = 'recover'"),
        RestoresTo: jsonata('$plan.RestoresTo'),
      }),
      TimeoutSeconds: 360,
      // Ten minutes: a name server may remember the old address for a while.
      Retry: [
        lambdaAgain,
        { ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 30, BackoffRate: 1, MaxAttempts: 20 },
      ],
      Catch: [toStopped],
      Assign: { verified: jsonata('$states.result.Payload.Found[0]') },
      Next: 'Tell',
    },
    Tell: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sns:publish',
      Arguments: {
        TopicArn: recovery.topicArn,
        Subject: jsonata(
          `$plan.Action = 'recover' ? 'Recovered: ${instance}' : $plan.Wanted = '${instance}' ? 'Has its name already: ${instance}' : 'Swapped back: ${instance}'`,
        ),
        Message: jsonata(message(instance)),
      },
      Retry: [{ ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 10, BackoffRate: 2, MaxAttempts: 3 }],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done' }],
      Next: 'Done',
    },
    Done: {
      Type: 'Succeed',
      Output: {
        Recovery: jsonata('$plan.Recovery'),
        Action: jsonata('$plan.Action'),
        Chosen: jsonata('$plan.Chosen'),
        Verified: jsonata('$verified'),
        // Of the other one, where there is one.
        Aside: jsonata("$other = 'aside' ? $plan.Aside : null"),
        KeepUntil: jsonata("$other = 'aside' ? $plan.KeepUntil : null"),
        Unset: jsonata('$unset'),
        Unlogged: jsonata('$unlogged'),
      },
    },
  };
}

/** One line each; what is not there is not told. */
const message = (instance: string) =>
  [
    `$join($append([`,
    `'${instance}: ' & $plan.Chosen & '.', $verified,`,
    `$other = 'aside' ? 'The other one is called ' & $plan.Aside & '. Nothing was deleted. Keep it until ' & $plan.KeepUntil & ' at least.'`,
    `: 'No other one was moved aside. Nothing was deleted.',`,
    `$unlogged != null ? 'Its logs are not exported: ' & $unlogged.Error & '. ' & $unlogged.Cause,`,
    `'What to do next: docs/recovery.md#afterwards'], $append($unset, $plan.Notes)), '\\n')`,
  ].join(' ');
