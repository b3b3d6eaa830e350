import type { Account } from '../account';
import { decide } from '../iam/evaluate';
import { parsePolicy } from '../iam/policy';
import type { Seat } from './routes';

/** The endpoint whose own policy refuses a call that goes through it; without a policy it lets everything through. */
export function refusingEndpoint(
  account: Account,
  seat: Seat,
  service: string,
  asked: { readonly action: string; readonly resource: string },
  roleArn: string,
): string | undefined {
  const subnet = account.ofType('AWS::EC2::Subnet').find(({ id }) => id === seat.subnets[0]);
  const endpoint = account
    .ofType('AWS::EC2::VPCEndpoint')
    .find(
      ({ properties }) =>
        properties['VpcId'] === subnet?.properties['VpcId'] &&
        properties['ServiceName'] === `com.amazonaws.${account.region}.${service}`,
    );
  const document = endpoint?.properties['PolicyDocument'];
  if (!endpoint || document === undefined) return undefined;
  const where = `${endpoint.stack}/${endpoint.logicalId}`;
  const decision = decide(
    { ...asked, context: { 'aws:PrincipalArn': roleArn, 'aws:PrincipalAccount': account.id } },
    { roleArn, account: account.id },
    { identity: [], boundary: undefined, resource: parsePolicy(document, where), resourceMustAllow: true },
  );
  return decision.allowed ? undefined : where;
}
