import type { Account, Deployed } from '../account';
import { letting, type Peer, type Rule, rulesOf } from './security-groups';

/** Where a function sits. Without it, it is outside of every VPC, on the internet's side. */
export interface Seat {
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
}

export type Route =
  | {
      readonly open: true;
      /** What made it possible, by where it stands in the templates. */
      readonly by: readonly string[];
      /** Those that it goes through. */
      readonly endpoints?: readonly Deployed[];
    }
  | {
      readonly open: false;
      /** In a sentence that names what is missing. */
      readonly because: string;
    };

const no = (because: string): Route => ({ open: false, because });
const httpsPort = 443;
// The services that have a gateway endpoint, and with it a list of their addresses.
const withGateway = ['s3', 'dynamodb'];

/** Whether a function reaches the endpoint of a service. */
export function routeToService(account: Account, seat: Seat | undefined, service: string): Route {
  if (!seat || seat.subnets.length === 0) return { open: true, by: [] };
  const by = new Set<string>();
  const endpoints = new Set<Deployed>();
  for (const id of seat.subnets) {
    const subnet = find(account, 'AWS::EC2::Subnet', id);
    const route = subnet ? fromSubnet(account, subnet, seat, service) : fromForeign(account, id, seat, service);
    if (!route.open) return route;
    for (const each of route.by) by.add(each);
    for (const each of route.endpoints ?? []) endpoints.add(each);
  }
  return { open: true, by: [...by], endpoints: [...endpoints] };
}

/** The subnets of no template: their route tables and addresses are not known. */
export const foreignSubnets = (account: Account, seat: Seat | undefined): string[] =>
  (seat?.subnets ?? []).filter((id) => !find(account, 'AWS::EC2::Subnet', id));

/** What stands in the templates decides: the groups, and the endpoints of the same VPC. */
function fromForeign(account: Account, id: string, seat: Seat, service: string): Route {
  for (const endpoint of endpointsFor(account, vpcOf(account, seat), service)) {
    const route =
      endpoint.properties['VpcEndpointType'] === 'Interface'
        ? throughInterface(account, endpoint, seat, service)
        : outToGateway(account, endpoint, seat);
    if (route) return route;
  }
  const rule = egress(account, seat, httpsPort, {
    groups: [],
    cidrs: undefined,
    gateway: withGateway.includes(service),
  });
  if (rule) return { open: true, by: [rule.from] };
  return no(
    `${id} is of no template: for ${service} there is no VPC endpoint here, and no egress rule of ${groupNames(account, seat.securityGroups)} lets port 443 out to the internet.`,
  );
}

const endpointsFor = (account: Account, vpc: unknown, service: string) =>
  account
    .ofType('AWS::EC2::VPCEndpoint')
    .filter(
      ({ properties }) =>
        vpc !== undefined &&
        properties['VpcId'] === vpc &&
        properties['ServiceName'] === `com.amazonaws.${account.region}.${service}`,
    );

/** By its first subnet, or, where that is of no template, by a group that is. */
function vpcOf(account: Account, { subnets, securityGroups }: Seat): unknown {
  const subnet = find(account, 'AWS::EC2::Subnet', subnets[0]);
  const group = securityGroups.flatMap((id) => groupOf(account, id) ?? [])[0];
  return (subnet ?? group)?.properties['VpcId'];
}

function fromSubnet(account: Account, subnet: Deployed, seat: Seat, service: string): Route {
  const vpc = subnet.properties['VpcId'];
  const name = `com.amazonaws.${account.region}.${service}`;
  const endpoints = endpointsFor(account, vpc, service);
  const shown = `${subnet.stack}/${subnet.logicalId}`;
  for (const endpoint of endpoints) {
    const route =
      endpoint.properties['VpcEndpointType'] === 'Interface'
        ? throughInterface(account, endpoint, seat, service)
        : throughGateway(account, endpoint, subnet, seat);
    if (route) return route;
  }
  const table = tableOf(account, subnet);
  const out =
    table && routesOf(account, table.id).find(({ properties }) => properties['DestinationCidrBlock'] === '0.0.0.0/0');
  if (!out) {
    return no(
      `${shown} has neither a VPC endpoint for ${service} (${name}) nor a route to a NAT gateway, so ${service} cannot be reached.`,
    );
  }
  const nat = find(account, 'AWS::EC2::NatGateway', out.properties['NatGatewayId']);
  if (!nat) {
    return no(
      `${shown} has a route out that is not through a NAT gateway; a function has no public address, so ${service} cannot be reached.`,
    );
  }
  const beyond = natRoute(account, nat);
  if (!beyond.open) return beyond;
  const rule = egress(account, seat, httpsPort, { groups: [], cidrs: undefined });
  if (!rule)
    return no(
      `No egress rule of ${groupNames(account, seat.securityGroups)} lets port 443 out to the internet for ${service}.`,
    );
  return { open: true, by: [where(out), where(nat), ...beyond.by, rule.from] };
}

function throughInterface(account: Account, endpoint: Deployed, seat: Seat, service: string): Route | undefined {
  const { properties } = endpoint;
  // Without it, the service's own name leads to its public addresses.
  if (properties['PrivateDnsEnabled'] !== true) return undefined;
  const vpc = find(account, 'AWS::EC2::VPC', properties['VpcId']);
  if (vpc && (vpc.properties['EnableDnsSupport'] === false || vpc.properties['EnableDnsHostnames'] !== true)) {
    return no(
      `${where(vpc)} needs EnableDnsSupport and EnableDnsHostnames for the private name of the endpoint ${where(endpoint)}.`,
    );
  }
  const groups = (properties['SecurityGroupIds'] ?? []) as string[];
  const cidrs = cidrsOf(account, (properties['SubnetIds'] ?? []) as string[]);
  const through = between(
    account,
    seat,
    { groups, cidrs },
    httpsPort,
    `the endpoint for ${service} (${where(endpoint)})`,
  );
  return through.open ? { open: true, by: [where(endpoint), ...through.by], endpoints: [endpoint] } : through;
}

function throughGateway(account: Account, endpoint: Deployed, subnet: Deployed, seat: Seat): Route | undefined {
  const table = tableOf(account, subnet);
  if (!table || !((endpoint.properties['RouteTableIds'] ?? []) as unknown[]).includes(table.id)) return undefined;
  return outToGateway(account, endpoint, seat);
}

function outToGateway(account: Account, endpoint: Deployed, seat: Seat): Route {
  const rule = egress(account, seat, httpsPort, { groups: [], cidrs: undefined, gateway: true });
  if (!rule)
    return no(`No egress rule of ${groupNames(account, seat.securityGroups)} lets port 443 out to ${where(endpoint)}.`);
  return { open: true, by: [where(endpoint), rule.from], endpoints: [endpoint] };
}

function natRoute(account: Account, nat: Deployed): Route {
  const subnet = find(account, 'AWS::EC2::Subnet', nat.properties['SubnetId']);
  const table = subnet && tableOf(account, subnet);
  const out =
    table && routesOf(account, table.id).find(({ properties }) => properties['DestinationCidrBlock'] === '0.0.0.0/0');
  const gateway = out && find(account, 'AWS::EC2::InternetGateway', out.properties['GatewayId']);
  const attached = account
    .ofType('AWS::EC2::VPCGatewayAttachment')
    .find(({ properties }) => gateway && properties['InternetGatewayId'] === gateway.id);
  if (!out || !gateway || !attached)
    return no(`The NAT gateway ${where(nat)} stands in a subnet without a route to an internet gateway.`);
  return { open: true, by: [where(out), where(attached)] };
}

/** Whether a function reaches a database. */
export function routeToDatabase(
  account: Account,
  seat: Seat | undefined,
  database: Seat & { readonly id: string; readonly port: number },
): Route {
  if (!seat || seat.subnets.length === 0) {
    return no(`The function is outside of the VPC, and the database ${database.id} has no public address.`);
  }
  const [from, to] = [vpcOf(account, seat), vpcOf(account, database)];
  if (from !== undefined && to !== undefined && from !== to)
    return no(`The function and the database ${database.id} are in different VPCs.`);
  const cidrs = cidrsOf(account, database.subnets);
  return between(
    account,
    seat,
    { groups: database.securityGroups, cidrs },
    database.port,
    `the database ${database.id}`,
  );
}

/** Out of one's groups and into the other's. */
function between(account: Account, from: Seat, to: Peer, port: number, what: string): Route {
  const out = egress(account, from, port, to);
  if (!out)
    return no(`No egress rule of ${groupNames(account, from.securityGroups)} lets port ${port} out to ${what}.`);
  const cidrs = cidrsOf(account, from.subnets);
  const rules = to.groups.flatMap((group) => rulesOf(account, group, 'Ingress'));
  const into = letting(rules, port, { groups: from.securityGroups, cidrs });
  if (!into) return no(`No ingress rule of ${groupNames(account, to.groups)} lets port ${port} in to ${what}.`);
  return { open: true, by: [out.from, into.from] };
}

const egress = (account: Account, seat: Seat, port: number, to: Peer): Rule | undefined =>
  letting(
    seat.securityGroups.flatMap((group) => rulesOf(account, group, 'Egress')),
    port,
    to,
  );

const find = (account: Account, type: string, id: unknown) => account.ofType(type).find((each) => each.id === id);
const where = ({ stack, logicalId }: Deployed) => `${stack}/${logicalId}`;

/** Of all of them; none where one is not known. */
function cidrsOf(account: Account, subnets: readonly string[]): string[] {
  const found = subnets.map((id) => find(account, 'AWS::EC2::Subnet', id)?.properties['CidrBlock']);
  return found.includes(undefined) ? [] : found.map(String);
}

function tableOf(account: Account, subnet: Deployed): Deployed | undefined {
  const association = account
    .ofType('AWS::EC2::SubnetRouteTableAssociation')
    .find(({ properties }) => properties['SubnetId'] === subnet.id);
  return find(account, 'AWS::EC2::RouteTable', association?.properties['RouteTableId']);
}

const routesOf = (account: Account, table: string) =>
  account.ofType('AWS::EC2::Route').filter(({ properties }) => properties['RouteTableId'] === table);

const groupOf = (account: Account, id: string) =>
  account.ofType('AWS::EC2::SecurityGroup').find(({ attributes }) => attributes['GroupId'] === id);

const groupNames = (account: Account, ids: readonly string[]) =>
  ids
    .map((id) => {
      const group = groupOf(account, id);
      return group ? where(group) : id;
    })
    .join(' and ');
