import type { AskInput } from '../../lambdas/approval/contract';
import type { Environment } from '../../lib/config/project';
import type { LocalCloud } from '../../rehearsal/cloud/cloud';
import type { Waiting } from '../../rehearsal/services/task-tokens';

/**
 * Answers for each name as a person of its own, by the very code of `plinth drill sign-off`: signed, over the wire, and
 * verified by the function that is deployed.
 */
export function approveIn({ prefix, region }: Environment) {
  return async ({ given }: Waiting, cloud: LocalCloud): Promise<string> => {
    const { Id, Names, Title, Verb: verb } = (given as unknown as { readonly Payload: AskInput }).Payload;
    // Loaded when it is needed: AWS's clients take a third of a second.
    const { answerAs, waitingFor } = require('../approval/answer') as typeof import('../approval/answer');
    const { openAccount } = require('../aws/account') as typeof import('../aws/account');
    const by: string[] = [];
    for (const name of Names) {
      const { credentials, arn } = cloud.people.named(`rehearsal-${name}`);
      const account = openAccount({ region, endpoint: cloud.url, credentials });
      try {
        const comment = 'Given by the rehearsal itself.';
        const wanted = { prefix, verb, name, execution: Id, decision: 'approve', comment } as const;
        await answerAs(account, wanted, await waitingFor(account, wanted));
        by.push(`${name} (${arn})`);
      } finally {
        account.close();
      }
    }
    return `${Title}: the rehearsal approved it as ${by.join(' and ')}.`;
  };
}
