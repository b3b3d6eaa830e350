import type { Account } from '../account';
import { AwsError } from '../cloud/errors';
import type { Authorizer } from '../iam/authorizer';
import { ResourceFailure } from './type';

// With them Step Functions sets up the delivery of a machine's log. None of them is about one group alone.
const ofLogs = [
  'CreateLogDelivery',
  'GetLogDelivery',
  'UpdateLogDelivery',
  'DeleteLogDelivery',
  'ListLogDeliveries',
  'PutResourcePolicy',
  'DescribeResourcePolicies',
  'DescribeLogGroups',
];
// With them it hears of the end of an execution that another one waits for.
const ofRules = ['PutTargets', 'PutRule', 'DescribeRule'];

/** What Step Functions does as the machine's role before the machine is there; throws the refusal of the resource. */
export function mayBeSetUp(
  account: Account,
  authorizer: Authorizer,
  roleArn: string,
  properties: Readonly<Record<string, unknown>>,
  definition: string,
): void {
  const may = (actions: readonly string[], resource: string, refusal: string) => {
    for (const action of actions) {
      try {
        authorizer.check({ arn: roleArn, roleArn }, { action, resource });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        throw new ResourceFailure(`${refusal} (${error.message})`);
      }
    }
  };
  const { Level = 'OFF' } = (properties['LoggingConfiguration'] ?? {}) as { readonly Level?: string };
  if (Level !== 'OFF') {
    const refusal = 'The state machine IAM Role is not authorized to access the Log Destination';
    may(
      ofLogs.map((action) => `logs:${action}`),
      '*',
      refusal,
    );
  }
  if (definition.includes(':states:startExecution.sync')) {
    const rule = account.arn('events', 'rule/StepFunctionsGetEventsForStepFunctionsExecutionRule');
    may(
      ofRules.map((action) => `events:${action}`),
      rule,
      `'${roleArn}' is not authorized to create managed-rule.`,
    );
  }
}
