import type { Account } from '../account';
import type { Connection } from '../network';

const types = [
  'AWS::EC2::SecurityGroupIngress',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::EC2::VPCEndpoint',
  'AWS::EC2::NatGateway',
];

/** What opens a way in the templates, and no connection went through it. */
export function unusedRoutes(account: Account, connections: readonly Connection[]): string[] {
  const used = new Set(connections.flatMap(({ by }) => by));
  return types
    .flatMap((type) => account.ofType(type))
    .map(({ stack, logicalId }) => `${stack}/${logicalId}`)
    .filter((where) => !used.has(where));
}
