import { approvalStates } from './approval-states';
import type { RecoveryDefinition } from './recovery-parts';
import { stop } from './recovery-states';

/** A person decides, on record, by what the checks have found: also that it is to be swapped in spite of them. */
export function approveStates({ instance, functions, approvals, approveHours }: RecoveryDefinition): object {
  return {
    ...approvalStates({
      ask: 'Ask',
      settle: 'Settle',
      functionArn: functions.ask,
      names: approvals,
      hours: approveHours,
      id: '$asked',
      title: `'Give the name ${instance} to what was restored: ' & $plan.Chosen`,
      facts: facts(instance),
      // Who signs, signs this instance and these findings.
      subject: "$id & ' (' & $wanted & '), ' & $verdict & ', findings ' & $digest",
      verb: 'recover approve',
      next: 'WasItApproved',
    }),
    WasItApproved: {
      Type: 'Choice',
      Choices: [
        {
          Condition: "{% $approval.Decision = 'approved' %}",
          Assign: { phase: 'swap' },
          Next: 'SetPassword',
        },
      ],
      Default: 'NotApproved',
    },
    NotApproved: stop('NotApproved', "'It was not approved. ' & $join($append([], $approval.Reasons), ' ')"),
  };
}

/** What somebody has to know before they answer. */
const facts = (instance: string) =>
  [
    `$append($append($append([$verdict & '.'], $findings), [$kept]), $append($unset,`,
    `$append($plan.Notes, [($other = 'named'`,
    `? '${instance} is then called ' & $plan.Aside & ', and is kept. What was written into it after ' : 'What was written after ')`,
    `& ($exists($plan.RestoresTo) and $plan.RestoresTo != null ? $plan.RestoresTo : 'that time') & ' is not in the restored one.'])))`,
  ].join(' ');
