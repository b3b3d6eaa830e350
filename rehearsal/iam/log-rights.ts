import type { Account } from '../account';
import type { FunctionSettings } from '../functions/host';
import type { Logs } from '../logs';
import type { Authorizer } from './authorizer';

/**
 * Whether a function's role may write its log, and make its group where there is none yet; where it may not, the log is
 * lost, and that is told.
 */
export const mayLog =
  (account: Account, authorizer: Authorizer, logs: Logs, broken: (sentence: string) => void) =>
  ({ name, arn, roleArn, logGroup }: FunctionSettings): boolean => {
    const streams = `${account.arn('logs', `log-group:${logGroup}`)}:log-stream:`;
    // Lambda tells here, too, for which function it acts.
    const caller = { arn: roleArn, roleArn, functionArn: arn };
    const missing = logs.has(logGroup) ? '' : `there is no log group ${logGroup}, and `;
    try {
      if (missing !== '') authorizer.check(caller, { action: 'logs:CreateLogGroup', resource: streams });
      for (const action of ['logs:CreateLogStream', 'logs:PutLogEvents']) {
        authorizer.check(caller, { action, resource: `${streams}${name}` });
      }
      logs.create(logGroup);
      return true;
    } catch (error) {
      broken(`The log of ${name} is lost: ${missing}${(error as Error).message}`);
      return false;
    }
  };
