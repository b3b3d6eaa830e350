import type { Account } from '../account';
import type { FunctionSettings } from '../functions/host';
import type { Authorizer } from './authorizer';

/** Whether a function's role may write its log; where it may not, the log is lost, and that is told. */
export const mayLog =
  (account: Account, authorizer: Authorizer, broken: (sentence: string) => void) =>
  ({ name, roleArn, logGroup }: FunctionSettings): boolean => {
    const resource = `${account.arn('logs', `log-group:${logGroup}`)}:log-stream:${name}`;
    try {
      for (const action of ['logs:CreateLogStream', 'logs:PutLogEvents']) {
        authorizer.check({ arn: roleArn, roleArn }, { action, resource });
      }
      return true;
    } catch (error) {
      broken(`The log of ${name} is lost: ${(error as Error).message}`);
      return false;
    }
  };
