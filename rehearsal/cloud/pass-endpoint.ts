import type { Account } from '../account';
import type { Authorizer } from '../iam/authorizer';
import { refusingEndpoint } from '../routes/endpoint-policy';
import type { Access, Caller } from './call';
import { AwsError } from './errors';

/** What a call out of a VPC passes on its way may have a policy of its own. */
export function passEndpoint(
  account: Account,
  authorizer: Authorizer,
  caller: Caller,
  access: Access,
  service: string,
  broken: (sentence: string) => void,
): void {
  const { seat, roleArn, arn } = caller;
  const { action, resource } = access;
  // What the service does in the caller's name with others, such as a key, does not pass there.
  if (seat === undefined || roleArn === undefined || action.split(':')[0] !== service) return;
  const request = { action, resource, context: authorizer.contextOf(caller, roleArn, access) };
  const asker = { roleArn, account: account.id };
  const refusing = refusingEndpoint(account, authorizer.usage, seat, service, request, asker);
  if (refusing === undefined) return;
  broken(`The policy of the endpoint ${refusing} does not let ${action} on ${resource} through.`);
  throw new AwsError(
    'AccessDeniedException',
    `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} because no VPC endpoint policy allows the ${action} action`,
  );
}
