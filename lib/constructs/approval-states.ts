import type { ApprovalVerb } from '../../lambdas/approval/contract';
import { invoke, jsonata, lambdaAgain } from './drill-states';

/** What a machine needs to wait for people. All texts are JSONata without its braces, but for the names. */
export interface ApprovalStep {
  /** Of the two states. */
  readonly ask: string;
  readonly settle: string;
  /** The function that asks. */
  readonly functionArn: string;
  readonly names: readonly string[];
  readonly hours: number;
  /** Of the request: letters, digits and hyphens, unique in the environment. */
  readonly id: string;
  readonly title: string;
  /** A list of sentences. */
  readonly facts: string;
  /** What is signed, such as a report and its digest. */
  readonly subject: string;
  readonly verb: ApprovalVerb;
  /** Goes on here, whatever came of it: `$approval` holds `Decision` and `Reasons`. */
  readonly next: string;
}

/**
 * Two states: one waits until the approvals are there or the time is over, the other asks what has come in. What ended
 * the waiting is not believed, for a token proves nothing about people.
 */
export function approvalStates(step: ApprovalStep): object {
  const { functionArn, names, hours } = step;
  const because = '{"Error": $states.errorOutput.Error, "Cause": $substring($states.errorOutput.Cause, 0, 2000)}';
  return {
    [step.ask]: {
      ...invoke(functionArn, {
        Action: 'ask',
        Token: jsonata('$states.context.Task.Token'),
        Id: jsonata(step.id),
        Title: jsonata(step.title),
        Facts: jsonata(step.facts),
        Subject: jsonata(step.subject),
        Names: names,
        Until: jsonata(`$fromMillis($millis() + ${hours * 3_600_000})`),
        Execution: jsonata('$states.context.Execution.Id'),
        Verb: step.verb,
      }),
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      // A minute more, for an answer in the last second.
      TimeoutSeconds: hours * 3600 + 60,
      Retry: [lambdaAgain],
      Catch: [{ ErrorEquals: ['States.ALL'], Assign: { asking: jsonata(because) }, Next: step.settle }],
      Assign: { asking: null },
      Next: step.settle,
    },
    [step.settle]: {
      ...invoke(functionArn, { Action: 'settle', Id: jsonata(step.id), Names: names, Failure: jsonata('$asking') }),
      Retry: [lambdaAgain],
      Catch: [
        {
          ErrorEquals: ['States.ALL'],
          Assign: {
            approval: {
              Decision: 'missing',
              Reasons: [
                jsonata("'What was answered cannot be read: ' & $substring($states.errorOutput.Cause, 0, 1000)"),
              ],
              Answers: [],
            },
          },
          Next: step.next,
        },
      ],
      Assign: { approval: jsonata('$states.result.Payload') },
      Next: step.next,
    },
  };
}
