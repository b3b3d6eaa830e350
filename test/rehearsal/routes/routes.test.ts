import type { Account } from '../../../rehearsal/account';
import { deployStack } from '../../../rehearsal/deploy/stack';
import type { Request } from '../../../rehearsal/iam/evaluate';
import { permissionsOf } from '../../../rehearsal/iam/permissions';
import { Usage } from '../../../rehearsal/iam/usage';
import { refusingEndpoint } from '../../../rehearsal/routes/endpoint-policy';
import {
  foreignSubnets,
  type Route,
  routeToDatabase,
  routeToService,
  type Seat,
} from '../../../rehearsal/routes/routes';
import { unusedRoutes } from '../../../rehearsal/routes/usage';
import { Deploys, stackOf } from '../support/stacks';

type Section = Readonly<Record<string, unknown>>;
const resource = (Type: string, Properties: Section = {}) => ({ Type, Properties });
const ref = (name: string) => ({ Ref: name });
const groupId = (name: string) => ({ 'Fn::GetAtt': [name, 'GroupId'] });

const vpc = (more: Section = {}) =>
  resource('AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16', EnableDnsSupport: true, EnableDnsHostnames: true, ...more });
const subnet = (CidrBlock: string, VpcId = 'Vpc') => resource('AWS::EC2::Subnet', { VpcId: ref(VpcId), CidrBlock });
const group = (more: Section = {}, VpcId = 'Vpc') =>
  resource('AWS::EC2::SecurityGroup', { GroupDescription: 'x', VpcId: ref(VpcId), ...more });
const shut = { SecurityGroupEgress: [{ IpProtocol: 'icmp', FromPort: 252, ToPort: 86, CidrIp: '255.255.255.255/32' }] };
const out = (from: string, to: string, port = 443) =>
  resource('AWS::EC2::SecurityGroupEgress', {
    GroupId: groupId(from),
    IpProtocol: 'tcp',
    FromPort: port,
    ToPort: port,
    DestinationSecurityGroupId: groupId(to),
  });
const into = (to: string, from: string, port = 443) =>
  resource('AWS::EC2::SecurityGroupIngress', {
    GroupId: groupId(to),
    IpProtocol: 'tcp',
    FromPort: port,
    ToPort: port,
    SourceSecurityGroupId: groupId(from),
  });
const endpoint = (more: Section = {}, service = 'ssm') =>
  resource('AWS::EC2::VPCEndpoint', {
    VpcId: ref('Vpc'),
    ServiceName: `com.amazonaws.eu-west-1.${service}`,
    VpcEndpointType: 'Interface',
    PrivateDnsEnabled: true,
    SubnetIds: [ref('Isolated')],
    SecurityGroupIds: [groupId('EndpointGroup')],
    ...more,
  });
const table = (name: string) => ({
  [`${name}Table`]: resource('AWS::EC2::RouteTable', { VpcId: ref('Vpc') }),
  [`${name}In`]: resource('AWS::EC2::SubnetRouteTableAssociation', {
    SubnetId: ref(name),
    RouteTableId: ref(`${name}Table`),
  }),
});
const route = (name: string, by: Section) =>
  resource('AWS::EC2::Route', { RouteTableId: ref(`${name}Table`), DestinationCidrBlock: '0.0.0.0/0', ...by });

const isolated = { Vpc: vpc(), Isolated: subnet('10.0.1.0/24'), ...table('Isolated'), Group: group(shut) };
const withEndpoint = {
  ...isolated,
  EndpointGroup: group(shut),
  Endpoint: endpoint(),
  Out: out('Group', 'EndpointGroup'),
  In: into('EndpointGroup', 'Group'),
};
const withNat = {
  ...isolated,
  Group: group(),
  Public: subnet('10.0.0.0/24'),
  ...table('Public'),
  Gateway: resource('AWS::EC2::InternetGateway'),
  Attached: resource('AWS::EC2::VPCGatewayAttachment', { VpcId: ref('Vpc'), InternetGatewayId: ref('Gateway') }),
  ToInternet: route('Public', { GatewayId: ref('Gateway') }),
  Nat: resource('AWS::EC2::NatGateway', { SubnetId: ref('Public'), AllocationId: 'eip' }),
  ToNat: route('Isolated', { NatGatewayId: ref('Nat') }),
};

async function network(resources: Section) {
  const { account, context } = new Deploys();
  const result = await deployStack(stackOf('N', resources), context);
  expect(result.outcome).toBe('created');
  const there = account.stacks.get('N')?.resources;
  const id = (name: string) => String(there?.get(name)?.id);
  const seat = (subnets = ['Isolated'], groups = ['Group']): Seat => ({
    subnets: subnets.map(id),
    securityGroups: groups.map(id),
  });
  return { account, id, seat };
}
function refusing(account: Account, seat: Seat, asked: Partial<Request> = {}, usage = new Usage()) {
  const request = { action: 'ssm:GetParameter', resource: 'arn:a', context: {}, ...asked };
  const asker = { roleArn: 'arn:aws:iam::123456789012:role/r', account: account.id };
  return refusingEndpoint(account, usage, seat, 'ssm', request, asker);
}
const told = (found: Route) => (found.open ? found.by : found.because);
const without = (resources: Section, ...names: string[]) =>
  Object.fromEntries(Object.entries(resources).filter(([name]) => !names.includes(name)));

async function toService(resources: Section, service = 'ssm', subnets?: string[]) {
  const { account, seat } = await network(resources);
  return told(routeToService(account, seat(subnets), service));
}

test('a function outside of every VPC reaches every service', async () => {
  const { account } = await network(isolated);
  expect(routeToService(account, undefined, 'ssm')).toEqual({ open: true, by: [] });
});

test('an isolated subnet reaches nothing, and the missing endpoint is named', async () => {
  expect(await toService(isolated)).toBe(
    'N/Isolated has neither a VPC endpoint for ssm (com.amazonaws.eu-west-1.ssm) nor a route to a NAT gateway, so ssm cannot be reached.',
  );
});

test('with an endpoint it reaches its service, and what opened the way is told', async () => {
  expect(await toService(withEndpoint)).toEqual(['N/Endpoint', 'N/Out', 'N/In']);
  expect(await toService(withEndpoint, 'kms')).toContain('neither a VPC endpoint for kms');
});

test.each<[string, Section, string]>([
  [
    'without private DNS the endpoint has another name',
    { ...withEndpoint, Endpoint: endpoint({ PrivateDnsEnabled: false }) },
    'N/Isolated has neither a VPC endpoint for ssm',
  ],
  [
    'without names in the VPC neither',
    { ...withEndpoint, Vpc: vpc({ EnableDnsHostnames: false }) },
    'N/Vpc needs EnableDnsSupport and EnableDnsHostnames for the private name of the endpoint N/Endpoint.',
  ],
  [
    'without a rule out',
    without(withEndpoint, 'Out'),
    'No egress rule of N/Group lets port 443 out to the endpoint for ssm (N/Endpoint).',
  ],
  [
    'without a rule in',
    without(withEndpoint, 'In'),
    'No ingress rule of N/EndpointGroup lets port 443 in to the endpoint for ssm (N/Endpoint).',
  ],
  [
    'with a rule for another port',
    { ...withEndpoint, In: into('EndpointGroup', 'Group', 444) },
    'No ingress rule of N/EndpointGroup lets port 443 in',
  ],
  [
    'with the rule of another group',
    { ...withEndpoint, Other: group(shut), In: into('EndpointGroup', 'Other') },
    'No ingress rule of N/EndpointGroup lets port 443 in',
  ],
])('%s, and that is what is told', async (_, resources, expected) => {
  expect(await toService(resources)).toContain(expected);
});

test('a group without any rule lets everything out', async () => {
  const open = { ...withEndpoint, Group: group() };
  expect(await toService(without(open, 'Out'))).toEqual(['N/Endpoint', 'N/Group', 'N/In']);
});

test('a rule for addresses holds for subnets that lie in them, all of them', async () => {
  const ingress = (CidrIp: string) =>
    resource('AWS::EC2::SecurityGroupIngress', {
      GroupId: groupId('EndpointGroup'),
      IpProtocol: 'tcp',
      FromPort: 0,
      ToPort: 1000,
      CidrIp,
    });
  const second = { Second: subnet('10.0.2.0/24'), ...table('Second') };
  const all = { ...withEndpoint, ...second, In: ingress('10.0.0.0/16') };
  expect(await toService(all, 'ssm', ['Isolated', 'Second'])).toEqual(['N/Endpoint', 'N/Out', 'N/In']);
  const half = { ...withEndpoint, ...second, In: ingress('10.0.1.0/24') };
  expect(await toService(half, 'ssm', ['Isolated', 'Second'])).toContain('No ingress rule of N/EndpointGroup');
});

test('rules inside of a group count, and all protocols are one of them', async () => {
  const all = { IpProtocol: '-1', CidrIp: '0.0.0.0/0' };
  const open = { ...withEndpoint, EndpointGroup: group({ ...shut, SecurityGroupIngress: [all] }) };
  expect(await toService(without(open, 'In'))).toEqual(['N/Endpoint', 'N/Out', 'N/EndpointGroup, Ingress 1']);
  const udp = {
    ...withEndpoint,
    EndpointGroup: group({ ...shut, SecurityGroupIngress: [{ ...all, IpProtocol: 'udp' }] }),
  };
  expect(await toService(without(udp, 'In'))).toContain('No ingress rule');
});

test('a gateway endpoint serves the route tables that it names, through the internet that a group lets out', async () => {
  const gateway = (RouteTableIds: unknown[]) =>
    endpoint(
      {
        VpcEndpointType: 'Gateway',
        RouteTableIds,
        PrivateDnsEnabled: undefined,
        SecurityGroupIds: undefined,
        SubnetIds: undefined,
      },
      's3',
    );
  const served = { ...isolated, Group: group(), Gateway: gateway([ref('IsolatedTable')]) };
  expect(await toService(served, 's3')).toEqual(['N/Gateway', 'N/Group']);
  expect(await toService({ ...served, Gateway: gateway([]) }, 's3')).toContain('neither a VPC endpoint for s3');
  expect(await toService({ ...served, Group: group(shut) }, 's3')).toBe(
    'No egress rule of N/Group lets port 443 out to N/Gateway.',
  );
  const list = resource('AWS::EC2::SecurityGroupEgress', {
    GroupId: groupId('Group'),
    IpProtocol: 'tcp',
    FromPort: 443,
    ToPort: 443,
    DestinationPrefixListId: 'pl-1',
  });
  expect(await toService({ ...served, Group: group(shut), List: list }, 's3')).toEqual(['N/Gateway', 'N/List']);
});

test('a NAT gateway leads out, by all that it needs', async () => {
  expect(await toService(withNat)).toEqual(['N/ToNat', 'N/Nat', 'N/ToInternet', 'N/Attached', 'N/Group']);
});

test.each<[string, Section, string]>([
  [
    'a NAT gateway without an internet gateway leads nowhere',
    without(withNat, 'ToInternet'),
    'The NAT gateway N/Nat stands in a subnet without a route to an internet gateway.',
  ],
  [
    'nor with one that is not attached',
    without(withNat, 'Attached'),
    'The NAT gateway N/Nat stands in a subnet without a route to an internet gateway.',
  ],
  [
    'a group that lets nothing out',
    { ...withNat, Group: group(shut) },
    'No egress rule of N/Group lets port 443 out to the internet for ssm.',
  ],
])('%s', async (_, resources, expected) => {
  expect(await toService(resources)).toBe(expected);
});

test('a function in a public subnet has no public address', async () => {
  expect(await toService(withNat, 'ssm', ['Public'])).toBe(
    'N/Public has a route out that is not through a NAT gateway; a function has no public address, so ssm cannot be reached.',
  );
});

test('every subnet of a function needs a way, for it may stand in any', async () => {
  const second = { ...withNat, Second: subnet('10.0.2.0/24'), ...table('Second') };
  expect(await toService(second, 'ssm', ['Isolated', 'Second'])).toContain('N/Second has neither');
});

describe('to a database', () => {
  const database = {
    ...isolated,
    Data: subnet('10.0.9.0/24'),
    DataGroup: group(shut),
    Out: out('Group', 'DataGroup', 5433),
    In: into('DataGroup', 'Group', 5433),
  };
  const ask = async (resources: Section, from: string[] | undefined = ['Isolated'], data = 'Data') => {
    const { account, id, seat } = await network(resources);
    const target = { id: 'db', port: 5433, subnets: [id(data)], securityGroups: [id('DataGroup')] };
    return told(routeToDatabase(account, from && seat(from), target));
  };

  test('both groups must let the port through', async () => {
    expect(await ask(database)).toEqual(['N/Out', 'N/In']);
    expect(await ask(without(database, 'Out'))).toBe(
      'No egress rule of N/Group lets port 5433 out to the database db.',
    );
    expect(await ask(without(database, 'In'))).toBe(
      'No ingress rule of N/DataGroup lets port 5433 in to the database db.',
    );
    expect(await ask({ ...database, In: into('DataGroup', 'Group', 5432) })).toContain('No ingress rule');
  });

  test('a function outside of the VPC does not reach it', async () => {
    const { account, id } = await network(database);
    const target = { id: 'db', port: 5433, subnets: [id('Data')], securityGroups: [id('DataGroup')] };
    expect(told(routeToDatabase(account, undefined, target))).toBe(
      'The function is outside of the VPC, and the database db has no public address.',
    );
  });

  test('nor one in another VPC', async () => {
    const other = { ...database, Other: vpc({ CidrBlock: '10.1.0.0/16' }), Far: subnet('10.1.0.0/24', 'Other') };
    expect(await ask(other, ['Isolated'], 'Far')).toBe('The function and the database db are in different VPCs.');
  });
});

describe('in a VPC of no template', () => {
  const foreign = (more: Section = {}) =>
    resource('AWS::EC2::SecurityGroup', { GroupDescription: 'x', VpcId: 'vpc-1', ...shut, ...more });
  const toAddresses = (name: string, CidrIp: string) =>
    resource('AWS::EC2::SecurityGroupEgress', { GroupId: groupId(name), ...https, CidrIp });
  const https = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443 };
  const base = { Group: foreign() };
  const inVpc = { VpcId: 'vpc-1', SubnetIds: ['subnet-1'] };
  const withOwn = {
    ...base,
    EndpointGroup: foreign(),
    Endpoint: endpoint(inVpc),
    Out: out('Group', 'EndpointGroup'),
    In: into('EndpointGroup', 'Group'),
  };
  const reaching = async (resources: Section, service = 'ssm') => {
    const { account, id } = await network(resources);
    const seat = { subnets: ['subnet-1'], securityGroups: [id('Group')] };
    expect(foreignSubnets(account, seat)).toEqual(['subnet-1']);
    return told(routeToService(account, seat, service));
  };
  const noWay = (service: string) =>
    `subnet-1 is of no template: for ${service} there is no VPC endpoint here, and no egress rule of N/Group lets port 443 out to the internet.`;

  test('the group of the function has to let out what leaves by routes that are not known', async () => {
    expect(await reaching(base)).toBe(noWay('ssm'));
    expect(await reaching({ ...base, Out: toAddresses('Group', '10.0.0.0/8') })).toBe(noWay('ssm'));
    expect(await reaching({ ...base, Out: toAddresses('Group', '0.0.0.0/0') })).toEqual(['N/Out']);
  });

  test('an endpoint of the templates is judged by its group', async () => {
    expect(await reaching(withOwn)).toEqual(['N/Endpoint', 'N/Out', 'N/In']);
    expect(await reaching(withOwn, 'kms')).toBe(noWay('kms'));
    expect(await reaching(without(withOwn, 'In'))).toContain('No ingress rule of N/EndpointGroup lets port 443 in');
    expect(await reaching(without(withOwn, 'Out'))).toContain('No egress rule of N/Group lets port 443 out');
    expect(await reaching({ ...withOwn, Endpoint: endpoint({ ...inVpc, VpcId: 'vpc-2' }) })).toBe(noWay('ssm'));
  });

  test('a rule for addresses lets in nobody whose addresses are not known, but that for all does', async () => {
    const addresses = (CidrIp: string) =>
      resource('AWS::EC2::SecurityGroupIngress', { GroupId: groupId('EndpointGroup'), ...https, CidrIp });
    expect(await reaching({ ...withOwn, In: addresses('10.0.0.0/8') })).toContain('No ingress rule');
    expect(await reaching({ ...withOwn, In: addresses('0.0.0.0/0') })).toEqual(['N/Endpoint', 'N/Out', 'N/In']);
  });

  test('a prefix list leads to S3 alone', async () => {
    const list = resource('AWS::EC2::SecurityGroupEgress', {
      ...{ GroupId: groupId('Group'), ...https },
      DestinationPrefixListId: 'pl-1',
    });
    expect(await reaching({ ...base, List: list }, 's3')).toEqual(['N/List']);
    expect(await reaching({ ...base, List: list })).toBe(noWay('ssm'));
  });

  test('a database is reached by the groups, and not from another VPC', async () => {
    const asked = async (resources: Section) => {
      const { account, id } = await network(resources);
      const seat = { subnets: ['subnet-1'], securityGroups: [id('Group')] };
      const target = { id: 'db', port: 5433, subnets: ['subnet-2'], securityGroups: [id('DataGroup')] };
      return told(routeToDatabase(account, seat, target));
    };
    const data = {
      ...base,
      DataGroup: foreign(),
      Out: out('Group', 'DataGroup', 5433),
      In: into('DataGroup', 'Group', 5433),
    };
    expect(await asked(data)).toEqual(['N/Out', 'N/In']);
    expect(await asked(without(data, 'In'))).toContain('No ingress rule of N/DataGroup lets port 5433 in');
    expect(await asked({ ...data, DataGroup: foreign({ VpcId: 'vpc-2' }) })).toBe(
      'The function and the database db are in different VPCs.',
    );
  });
});

test('a prefix list is not the internet', async () => {
  const list = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, DestinationPrefixListId: 'pl-1' };
  expect(await toService({ ...withNat, Group: group({ SecurityGroupEgress: [list] }) })).toBe(
    'No egress rule of N/Group lets port 443 out to the internet for ssm.',
  );
});

test('the policy of an endpoint refuses what it does not let through, and one without lets everything', async () => {
  const policy = (Resource: string) => ({
    Statement: [{ Effect: 'Allow', Action: 'ssm:Get*', Resource, Principal: '*' }],
  });
  const refused = async (more: Section, resource: string) => {
    const { account, seat } = await network({ ...withEndpoint, Endpoint: endpoint(more) });
    return refusing(account, seat(), { resource });
  };
  expect(await refused({}, 'arn:a')).toBeUndefined();
  expect(await refused({ PolicyDocument: policy('arn:a') }, 'arn:a')).toBeUndefined();
  expect(await refused({ PolicyDocument: policy('arn:a') }, 'arn:b')).toBe('N/Endpoint');
});

describe('a policy of an endpoint', () => {
  const Allow = { Effect: 'Allow', Action: 'ssm:*', Resource: '*', Principal: '*' };
  const refused = async (statements: Section[], asked: Partial<Request> = {}) => {
    const PolicyDocument = { Statement: statements };
    const { account, seat } = await network({ ...withEndpoint, Endpoint: endpoint({ PolicyDocument }) });
    return refusing(account, seat(), asked);
  };

  test('counts with its conditions', async () => {
    const Condition = { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/r' } };
    const context = { 'aws:PrincipalArn': 'arn:aws:iam::123456789012:role/r' };
    expect(await refused([{ ...Allow, Condition }], { context })).toBeUndefined();
    expect(await refused([{ ...Allow, Condition }], { context: { 'aws:PrincipalArn': 'arn:x' } })).toBe('N/Endpoint');
    expect(await refused([Allow, { ...Allow, Effect: 'Deny', Condition }], { context })).toBe('N/Endpoint');
  });

  test('can mean everybody in the account', async () => {
    expect(await refused([{ ...Allow, Principal: { AWS: 'arn:aws:iam::123456789012:root' } }])).toBeUndefined();
    expect(await refused([{ ...Allow, Principal: { AWS: 'arn:aws:iam::210987654321:root' } }])).toBe('N/Endpoint');
  });

  test('is asked where the way goes through it, and there alone', async () => {
    const shutAll = { PolicyDocument: { Statement: [] } };
    const beside = endpoint({ ...shutAll, PrivateDnsEnabled: false });
    const { account, seat } = await network({ ...withNat, EndpointGroup: group(), Endpoint: beside });
    expect(told(routeToService(account, seat(), 'ssm'))).toContain('N/Nat');
    expect(refusing(account, seat())).toBeUndefined();
  });

  test('is marked with what it let through', async () => {
    const PolicyDocument = { Statement: [Allow] };
    const { account, seat } = await network({ ...withEndpoint, Endpoint: endpoint({ PolicyDocument }) });
    const usage = new Usage();
    refusing(account, seat(), {}, usage);
    const [permissions] = permissionsOf(account, usage);
    expect(permissions).toMatchObject({ holder: 'N/Endpoint', acted: true, grants: [{ action: 'ssm:*', used: true }] });
  });
});

test('what opens a way that nobody took is told', async () => {
  const { account, seat } = await network({ ...withEndpoint, Spare: into('EndpointGroup', 'Group', 80) });
  const found = routeToService(account, seat(), 'ssm');
  const connection = { function: 'f', to: 'ssm', port: 443, open: true, by: found.open ? found.by : [] };
  expect(unusedRoutes(account, [connection])).toEqual(['N/Spare']);
  expect(unusedRoutes(account, []).sort()).toEqual(['N/Endpoint', 'N/In', 'N/Out', 'N/Spare']);
});
