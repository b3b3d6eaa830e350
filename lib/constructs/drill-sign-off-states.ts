import { approvalStates } from './approval-states';
import type { DrillDefinition, DrillSignOff } from './drill-parts';
import { id, invoke, jsonata, lambdaAgain } from './drill-states';

/**
 * A drill that has passed waits for people. The copy is gone by then, so that nothing costs while they think. Signed off is
 * only what is stored as signed, and what stands in the evidence.
 */
export function signOffStates(
  { kind, functions, instance }: DrillDefinition,
  { ask, names, hours }: DrillSignOff,
): object {
  return {
    ...approvalStates({
      ask: 'AskForSignOff',
      settle: 'SettleSignOff',
      functionArn: ask,
      names,
      hours,
      id: '$id',
      title: `'A restore drill of ${instance} (${kind}) has passed, and waits to be signed off'`,
      facts:
        "['Restored was ' & $plan.Chosen & '.', 'The temporary instance is gone.', 'The report: ' & $conclusion.Report]",
      subject: "'report.json sha256:' & $conclusion.Sha256",
      verb: 'drill sign-off',
      next: 'KeepSignOff',
    }),
    KeepSignOff: {
      ...invoke(functions.report, {
        Action: 'signOff',
        Id: id,
        Settled: jsonata('$approval'),
        EndedAt: jsonata('$now()'),
      }),
      Retry: [lambdaAgain],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'SignOffNotKept' }],
      Assign: { signed: jsonata('$states.result.Payload') },
      Output: jsonata('$states.result.Payload'),
      Next: 'IsSignedOff',
    },
    IsSignedOff: {
      Type: 'Choice',
      Choices: [{ Condition: jsonata("$signed.SignedOff = true and $approval.Decision = 'approved'"), Next: 'Passed' }],
      Default: 'NotSignedOff',
    },
    NotSignedOff: {
      Type: 'Fail',
      Error: 'Drill.NotSignedOff',
      Cause: jsonata("$substring($join($append([], $signed.Reasons), ' '), 0, 2000) & ' ' & $signed.Report"),
    },
    SignOffNotKept: {
      Type: 'Fail',
      Error: 'Drill.SignOffNotKept',
      Cause: jsonata(
        "$exists($states.input.Cause) ? $substring($states.input.Cause, 0, 2000) : 'The sign-off could not be written.'",
      ),
    },
  };
}
