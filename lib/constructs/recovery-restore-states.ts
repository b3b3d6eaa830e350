import { recoveryTags } from '../../lambdas/recovery-plan/contract';
import {
  describe,
  id,
  invoke,
  isPassing,
  isUsable,
  isUsableOrPassing,
  jsonata,
  lambdaAgain,
  nothingPending,
  rdsAgain,
  wait,
} from './drill-states';
import type { RecoveryDefinition } from './recovery-parts';
import { deadlineIn, isLate, modify, stop, toStopped, whenAvailable } from './recovery-states';

const plan = (expression: string) => jsonata(`$plan.${expression}`);

/** From the request to an instance with the settings of the environment, beside the one that has the name. */
export function restoreStates(recovery: RecoveryDefinition): object {
  const { functions, restore, configure } = recovery;
  const target = {
    ...restore,
    Tags: [
      ...restore.Tags,
      { Key: recoveryTags.name, Value: plan('Recovery') },
      { Key: recoveryTags.to, Value: plan('RestoresTo') },
      { Key: recoveryTags.from, Value: plan('From') },
    ],
  };
  const restoring = {
    Retry: [rdsAgain],
    Catch: [
      // An answer that was lost: the identifier belongs to this recovery alone.
      { ErrorEquals: ['Rds.DbInstanceAlreadyExistsException'], Next: 'ToAvailable' },
      toStopped,
    ],
    Next: 'ToAvailable',
  };
  return {
    Begin: {
      Type: 'Pass',
      Assign: {
        request: jsonata('$states.input'),
        requestedAt: jsonata('$states.context.Execution.StartTime'),
        ...{ plan: null, id: null, wanted: null, phase: null, other: null, availableAt: null },
        asked: jsonata(
          "'recovery-' & $lowercase($substring($replace($states.context.Execution.Name, /[^A-Za-z0-9]/, ''), -24))",
        ),
        ...{
          check: null,
          verdict: null,
          findings: [],
          digest: null,
          kept: null,
          failure: null,
          unset: [],
          unlogged: null,
        },
      },
      Next: 'Plan',
    },
    Plan: {
      ...invoke(functions.plan, {
        Request: jsonata('$request'),
        Execution: { Id: jsonata('$states.context.Execution.Id'), StartTime: jsonata('$requestedAt') },
      }),
      Retry: [
        lambdaAgain,
        // A renaming takes some ten minutes.
        { ErrorEquals: ['StillRenaming'], IntervalSeconds: 30, BackoffRate: 1, MaxAttempts: 60 },
      ],
      Catch: [toStopped],
      Assign: {
        plan: jsonata('$states.result.Payload'),
        id: jsonata('$states.result.Payload.Wanted'),
        other: jsonata('$states.result.Payload.Other'),
        phase: jsonata("$states.result.Payload.Next = 'swap' ? 'swap' : 'decide'"),
      },
      Next: 'WhatIsThere',
    },
    WhatIsThere: {
      Type: 'Choice',
      Choices: [
        {
          Condition: jsonata("$plan.Next = 'restore' and $plan.Method = 'pointInTime'"),
          Next: 'RestoreToTime',
        },
        { Condition: jsonata("$plan.Next = 'restore'"), Next: 'RestoreSnapshot' },
      ],
      Default: 'ToAvailable',
    },
    RestoreToTime: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:rds:restoreDBInstanceToPointInTime',
      Arguments: {
        ...target,
        SourceDBInstanceIdentifier: plan('Source'),
        TargetDBInstanceIdentifier: id,
        RestoreTime: plan('Time'),
      },
      ...restoring,
    },
    RestoreSnapshot: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:rds:restoreDBInstanceFromDBSnapshot',
      Arguments: { ...target, DbInstanceIdentifier: id, DbSnapshotIdentifier: plan('Snapshot') },
      ...restoring,
    },
    ToAvailable: deadlineIn(recovery.availableMinutes, 'WaitForInstance'),
    WaitForInstance: wait(30, 'Describe'),
    Describe: describe('IsAvailable', [toStopped]),
    IsAvailable: {
      Type: 'Choice',
      Choices: [
        {
          Condition: jsonata(`${isUsable} and $phase = 'decide'`),
          Assign: { wanted: jsonata('$seen.DbiResourceId'), availableAt: jsonata('$now()') },
          Next: 'Configure1',
        },
        {
          Condition: jsonata(isUsable),
          Assign: { wanted: jsonata('$seen.DbiResourceId') },
          Next: 'SetPassword',
        },
        { Condition: isLate, Next: 'NotAvailable' },
        { Condition: isPassing, Next: 'WaitForInstance' },
      ],
      Default: 'Terminal',
    },
    NotAvailable: stop(
      'NotAvailable',
      `$id & ' was not available after ${recovery.availableMinutes} minutes: it is ' & $seen.DbInstanceStatus & '.'`,
    ),
    Terminal: stop('Terminal', "$seen.DbInstanceIdentifier & ' is ' & $seen.DbInstanceStatus & '.'"),
    ...configureStates(configure),
    ToSettings: deadlineIn(recovery.changeMinutes, 'WaitForSettings'),
    WaitForSettings: wait(30, 'DescribeSettings'),
    DescribeSettings: describe('AreSet', [toStopped]),
    AreSet: {
      Type: 'Choice',
      Choices: [
        {
          Condition: jsonata(`${isUsable} and ${nothingPending}`),
          Next: 'SetPassword',
        },
        {
          Condition: isLate,
          Assign: {
            unset: jsonata(`$append($unset, ['Not all settings were made after ${recovery.changeMinutes} minutes.'])`),
          },
          Next: 'SetPassword',
        },
        { Condition: isUsableOrPassing, Next: 'WaitForSettings' },
      ],
      Default: 'Terminal',
    },
    Stopped: {
      Type: 'Fail',
      Error: jsonata('$failure.Error'),
      Cause: jsonata(
        `$substring($failure.Cause, 0, 3000) & ' Nothing was deleted. "npx plinth recover status --env ${recovery.environment}" tells what is there, and how to go on.'`,
      ),
    },
  };
}

/** What RDS refuses here is told and put right later: data that are back are worth more than a window. */
function configureStates(configure: RecoveryDefinition['configure']): object {
  const all = Object.entries(configure);
  return Object.fromEntries(
    all.map(([what, settings], index) => {
      const Next = index + 1 < all.length ? `Configure${index + 2}` : 'ToSettings';
      const told = `'RDS refused ${what}, which has to be set by hand: ' & $states.errorOutput.Error & '. ' & $substring($states.errorOutput.Cause, 0, 300)`;
      const state = modify(id, settings, {
        Retry: [rdsAgain, whenAvailable],
        Catch: [{ ErrorEquals: ['States.ALL'], Assign: { unset: jsonata(`$append($unset, [${told}])`) }, Next }],
        Next,
      });
      return [`Configure${index + 1}`, state];
    }),
  );
}
