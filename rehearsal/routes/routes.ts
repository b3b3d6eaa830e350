import type { Account, Deployed } from '../account';
import { letting, type Peer, type Rule, rulesOf } from './security-groups';

/** Where a function sits. Without it, it is outside of every VPC, on the internet's side. */
export interface Seat {
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
}

export type Route =
  | {
      readonly open: true /** What made it possible, by where it stands in the templates. */;
      readonly by: readonly string[];
    }
  | { readonly open: false /** In a sentence that names what is missing. */; readonly because: string };

const no = (because: string): Route => ({ open: false, because });
const httpsPort = 443;

/** Whether a function reaches the endpoint of a service. */
export function routeToService(account: Account, seat: Seat | undefined, service: string): Route {
  if (!seat || seat.subnets.length === 0) return { open: true, by: [] };
  const by = new Set<string>();
  for (const id of seat.subnets) {
    const subnet = find(account, 'AWS::EC2::Subnet', id);
    // A VPC that is not of these templates: what its tables say is not known here.
    if (!subnet) return { open: true, by: [] };
    const route = fromSubnet(account, subnet, seat, service);
    if (!route.open) return route;
    for (const each of route.by) by.add(each);
  }
  return { open: true, by: [...by] };
}

function fromSubnet(account: Account, subnet: Deployed, seat: Seat, service: string): Route {
  const vpc = subnet.properties['VpcId'];
  const name = `com.amazonaws.${account.region}.${service}`;
  const endpoints = account
    .ofType('AWS::EC2::VPCEndpoint')
    .filter(({ properties }) => properties['VpcId'] === vpc && properties['ServiceName'] === name);
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
  const cidrs = ((properties['SubnetIds'] ?? []) as string[]).flatMap((id) => cidrOf(account, id));
  const through = between(
    account,
    seat,
    { groups, cidrs },
    httpsPort,
    `the endpoint for ${service} (${where(endpoint)})`,
  );
  return through.open ? { open: true, by: [where(endpoint), ...through.by] } : through;
}

function throughGateway(account: Account, endpoint: Deployed, subnet: Deployed, seat: Seat): Route | undefined {
  const table = tableOf(account, subnet);
  if (!table || !((endpoint.properties['RouteTableIds'] ?? []) as unknown[]).includes(table.id)) return undefined;
  const rule = egress(account, seat, httpsPort, { groups: [], cidrs: undefined });
  if (!rule)
    return no(`No egress rule of ${groupNames(account, seat.securityGroups)} lets port 443 out to ${where(endpoint)}.`);
  return { open: true, by: [where(endpoint), rule.from] };
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
  const vpcs = [seat, database].map(
    ({ subnets }) => find(account, 'AWS::EC2::Subnet', subnets[0])?.properties['VpcId'],
  );
  if (vpcs[0] !== vpcs[1]) return no(`The function and the database ${database.id} are in different VPCs.`);
  const cidrs = database.subnets.flatMap((id) => cidrOf(account, id));
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
  const cidrs = from.subnets.flatMap((id) => cidrOf(account, id));
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

const cidrOf = (account: Account, subnet: string) => {
  const cidr = find(account, 'AWS::EC2::Subnet', subnet)?.properties['CidrBlock'];
  return cidr === undefined ? [] : [String(cidr)];
};

function tableOf(account: Account, subnet: Deployed): Deployed | undefined {
  const association = account
    .ofType('AWS::EC2::SubnetRouteTableAssociation')
    .find(({ properties }) => properties['SubnetId'] === subnet.id);
  return find(account, 'AWS::EC2::RouteTable', association?.properties['RouteTableId']);
}

const routesOf = (account: Account, table: string) =>
  account.ofType('AWS::EC2::Route').filter(({ properties }) => properties['RouteTableId'] === table);

const groupNames = (account: Account, ids: readonly string[]) =>
  ids
    .map((id) => {
      const group = account.ofType('AWS::EC2::SecurityGroup').find(({ attributes }) => attributes['GroupId'] === id);
      return group ? where(group) : id;
    })
    .join(' and ');
