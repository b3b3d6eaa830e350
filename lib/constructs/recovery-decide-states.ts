import { failure, id, invoke, isUsable, isUsableOrPassing, jsonata, lambdaAgain, wait } from './drill-states';
import type { RecoveryDefinition } from './recovery-parts';
import { describeNamed, isLate, stop, toStopped } from './recovery-states';

/**
 * What is published is made to work on the instance that is to have the name; then the checks, and a person who decides.
 * Passwords are set once more after the decision, for it may come days later.
 */
export function decideStates(recovery: RecoveryDefinition): object {
  const { functions, checkInput, adminSecret, changeMinutes } = recovery;
  return {
    SetPassword: {
      ...invoke(functions.password, { Instance: id }),
      Retry: [lambdaAgain, { ErrorEquals: ['NotNow'], IntervalSeconds: 60, BackoffRate: 1, MaxAttempts: 30 }],
      Catch: [toStopped],
      Assign: { deadline: jsonata(`$millis() + ${changeMinutes * 60_000}`) },
      Next: 'WaitForPassword',
    },
    WaitForPassword: wait(20, 'DescribePassword'),
    DescribePassword: describeNamed(id, 'IsPasswordSet', [toStopped]),
    IsPasswordSet: {
      Type: 'Choice',
      Choices: [
        {
          Condition: jsonata(`${isUsable} and $not($exists($seen.PendingModifiedValues.MasterUserPassword))`),
          Next: 'Logins',
        },
        { Condition: isLate, Next: 'PasswordNotSet' },
        { Condition: isUsableOrPassing, Next: 'WaitForPassword' },
      ],
      Default: 'Terminal',
    },
    PasswordNotSet: stop(
      'PasswordNotSet',
      `'The password of the admin was not set after ${changeMinutes} minutes: ' & $id & ' is ' & $seen.DbInstanceStatus & '.'`,
    ),
    Logins: {
      ...invoke(functions.logins, {
        Action: 'prepare',
        Host: jsonata('$seen.Endpoint.Address'),
        Port: jsonata('$seen.Endpoint.Port'),
        Recovery: jsonata('$plan.Recovery'),
        Restored: jsonata("$plan.Action = 'recover'"),
        RestoresTo: jsonata('$plan.RestoresTo'),
      }),
      TimeoutSeconds: 360,
      // The server may take a moment to know the password that RDS has set.
      Retry: [lambdaAgain, { ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 20, BackoffRate: 2, MaxAttempts: 3 }],
      Catch: [toStopped],
      Next: 'IsItDecided',
    },
    IsItDecided: {
      Type: 'Choice',
      Choices: [{ Condition: jsonata("$phase = 'decide'"), Next: 'Check' }],
      Default: 'LookAtName',
    },
    Check: {
      ...invoke(functions.check, {
        ...checkInput,
        Instance: {
          Host: jsonata('$seen.Endpoint.Address'),
          Port: jsonata('$seen.Endpoint.Port'),
          AdminSecret: adminSecret,
        },
        Restored: {
          To: jsonata('$plan.Asked ? $plan.RestoresTo : null'),
          TakenAt: jsonata('$plan.Asked ? null : $plan.RestoresTo'),
          RequestedAt: jsonata('$requestedAt'),
          AvailableAt: jsonata('$availableAt'),
        },
      }),
      // A minute more than the function itself has.
      TimeoutSeconds: 900,
      Retry: [{ ...lambdaAgain, MaxAttempts: 2 }],
      // What the checks could not tell hides nothing either: a person is told, and decides.
      Catch: [
        // An answer that is too large is not among States.ALL.
        { ErrorEquals: ['States.DataLimitExceeded'], Assign: failure, Next: 'NotChecked' },
        { ErrorEquals: ['States.ALL'], Assign: failure, Next: 'NotChecked' },
      ],
      Assign: {
        check: jsonata('$states.result.Payload'),
        verdict: jsonata(verdict),
        findings: jsonata(findings),
      },
      Next: 'Keep',
    },
    NotChecked: {
      Type: 'Pass',
      Assign: {
        check: null,
        verdict: 'The checks did not come to an end',
        findings: jsonata("[$failure.Error & ': ' & $substring($failure.Cause, 0, 500)]"),
        failure: null,
      },
      Next: 'Keep',
    },
    // Who decides signs the digest of what is kept here.
    Keep: {
      ...invoke(functions.report, {
        Id: jsonata('$asked'),
        Recovery: jsonata('$plan.Recovery'),
        Instance: id,
        Resource: jsonata('$wanted'),
        Chosen: jsonata('$plan.Chosen'),
        RestoresTo: jsonata('$plan.RestoresTo'),
        Verdict: jsonata('$verdict'),
        Check: jsonata('$check'),
        At: jsonata('$now()'),
      }),
      Retry: [lambdaAgain],
      Catch: [
        {
          ErrorEquals: ['States.ALL'],
          Assign: {
            digest: 'not kept',
            kept: jsonata("'What was found could not be kept: ' & $states.errorOutput.Error & '.'"),
          },
          Next: 'Ask',
        },
      ],
      Assign: {
        digest: jsonata("'sha256:' & $states.result.Payload.Sha256"),
        kept: jsonata("'All that was found: ' & $states.result.Payload.Where"),
      },
      Next: 'Ask',
    },
  };
}

const verdict = [
  '($failed := $count($states.result.Payload.Checks[Passed = false]);',
  "$failed = 0 ? 'All ' & $count($states.result.Payload.Checks) & ' checks passed'",
  ": $failed & ' of ' & $count($states.result.Payload.Checks) & ' checks failed')",
].join(' ');

// As many as a message can hold.
const findings = [
  "$append([$states.result.Payload.Checks[Passed = false][[0..19]].($substring(Name & ': ' & Found, 0, 400))],",
  "[$states.result.Payload.Checks[Passed = true and $exists(Warning)][[0..9]].($substring(Name & ' passed, and warns: ' & Warning, 0, 400))])",
].join(' ');
