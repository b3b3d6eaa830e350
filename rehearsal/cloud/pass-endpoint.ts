import type { Account } from '../account';
import type { FunctionHost } from '../functions/host';
import { refusingEndpoint } from '../routes/endpoint-policy';
import type { Access, Caller } from './call';
import { AwsError } from './errors';

/** What a call of a function in a VPC passes on its way may have a policy of its own. */
export function passEndpoint(
  account: Account,
  functions: FunctionHost,
  { functionArn, roleArn, arn }: Caller,
  { action, resource }: Access,
  service: string,
  broken: (sentence: string) => void,
): void {
  if (functionArn === undefined || roleArn === undefined) return;
  const { vpc } = functions.find(functionArn);
  const refusing = vpc && refusingEndpoint(account, vpc, service, { action, resource }, roleArn);
  if (refusing === undefined) return;
  broken(`The policy of the endpoint ${refusing} does not let ${action} on ${resource} through.`);
  throw new AwsError(
    'AccessDeniedException',
    `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} because no VPC endpoint policy allows the ${action} action`,
  );
}
