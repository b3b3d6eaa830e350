import { projectFolder } from '../support/project';
import { actionsOf, ofType, policiesOf } from '../support/resources';
import { synthesize } from '../support/synth';

const project = projectFolder({
  name: 'shop',
  region: 'eu-west-1',
  database: { port: 6432 },
  environments: {
    nat: { network: { egress: 'nat', cidr: '10.7.0.0/20', zones: ['eu-west-1b', 'eu-west-1c'] } },
    endpoints: { network: { egress: 'endpoints', cidr: '10.7.0.0/20', zones: ['eu-west-1b', 'eu-west-1c'] } },
    existing: {
      account: '111122223333',
      network: {
        mode: 'existing',
        vpcId: 'vpc-0123456789abcdef0',
        subnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
        zones: ['eu-west-1a', 'eu-west-1b'],
      },
    },
    'existing-nat': {
      network: {
        mode: 'existing',
        vpcId: 'vpc-0123456789abcdef0',
        subnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
        zones: ['eu-west-1a', 'eu-west-1b'],
        egress: 'nat',
      },
    },
  },
});
const given = ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'];

test('a change of egress leaves the subnets of the database where they are', async () => {
  const subnets = async (environment: string) =>
    (await synthesize(environment, project)).template('network').findResources('AWS::EC2::Subnet');
  const [nat, endpoints] = [await subnets('nat'), await subnets('endpoints')];
  const database = Object.keys(endpoints);
  expect(database).toHaveLength(2);
  const blocks = (all: typeof nat) => database.map((id) => [id, all[id]?.['Properties'].CidrBlock]);
  expect(blocks(nat)).toEqual(blocks(endpoints));
});

describe('with NAT', () => {
  test('there is one gateway, and no endpoint', async () => {
    const network = (await synthesize('nat', project)).template('network');
    network.resourceCountIs('AWS::EC2::NatGateway', 1);
    network.resourceCountIs('AWS::EC2::VPCEndpoint', 0);
    network.hasResourceProperties('AWS::EC2::VPC', { CidrBlock: '10.7.0.0/20' });
  });

  test('the functions get out over 443 alone, nothing gets in, and the database has no way out', async () => {
    const network = (await synthesize('nat', project)).template('network');
    const groups = ofType('AWS::EC2::SecurityGroup', network).map(({ Properties }) => Properties);
    const open = groups.flatMap(({ GroupDescription, SecurityGroupEgress: rules = [] }) =>
      rules.map((rule: { CidrIp: string; FromPort: number; ToPort: number }) => [
        GroupDescription,
        rule.CidrIp,
        rule.FromPort,
        rule.ToPort,
      ]),
    );
    expect(open).toEqual([
      ['The functions that set up and check the database', '0.0.0.0/0', 443, 443],
      // What the CDK writes for a group that lets nothing out: no packet meets it.
      ['The database', '255.255.255.255/32', 252, 86],
      ['The temporary instances of drills', '255.255.255.255/32', 252, 86],
    ]);
    expect(groups.flatMap(({ SecurityGroupIngress: rules = [] }) => rules)).toEqual([]);
    const ingress = ofType('AWS::EC2::SecurityGroupIngress', network).map(({ Properties }) => Properties);
    const fromFunctions = { Description: 'From the functions', FromPort: 6432, ToPort: 6432 };
    expect(ingress).toMatchObject([fromFunctions, fromFunctions]);
  });

  test('no subnet hands out public addresses, and functions and database have subnets of their own', async () => {
    const { template } = await synthesize('nat', project);
    for (const { Properties } of ofType('AWS::EC2::Subnet', template('network'))) {
      expect(Properties.MapPublicIpOnLaunch).toBe(false);
      expect(['eu-west-1b', 'eu-west-1c']).toContain(Properties.AvailabilityZone);
    }
    const [group] = ofType('AWS::RDS::DBSubnetGroup', template('database'));
    expect(JSON.stringify(group?.Properties.SubnetIds)).toMatch(/VpcdatabaseSubnet1.*VpcdatabaseSubnet2/);
    const ours = ofType('AWS::Lambda::Function', template('schema')).filter(({ Properties }) => Properties.VpcConfig);
    expect(ours).toHaveLength(4);
    for (const { Properties } of ours) expect(JSON.stringify(Properties.VpcConfig)).toMatch(/VpcfunctionsSubnet1/);
  });
});

describe('with a VPC that is there already', () => {
  test.each(['existing', 'existing-nat'])('%s makes none, and takes the subnets by their ids', async (name) => {
    const { template } = await synthesize(name, project);
    for (const type of ['VPC', 'Subnet', 'RouteTable', 'InternetGateway', 'NatGateway', 'FlowLog']) {
      template('network').resourceCountIs(`AWS::EC2::${type}`, 0);
    }
    template('database').hasResourceProperties('AWS::RDS::DBSubnetGroup', { SubnetIds: given });
    for (const { Properties } of ofType('AWS::Lambda::Function', template('schema'))) {
      if (Properties.VpcConfig) expect(Properties.VpcConfig.SubnetIds).toEqual(given);
    }
  });

  test('the security groups are in it, and so are the endpoints, unless it has NAT', async () => {
    for (const [name, endpoints] of [
      ['existing', 2],
      ['existing-nat', 0],
    ] as const) {
      const network = (await synthesize(name, project)).template('network');
      for (const { Properties } of ofType('AWS::EC2::SecurityGroup', network)) {
        expect(Properties.VpcId).toBe('vpc-0123456789abcdef0');
      }
      const found = ofType('AWS::EC2::VPCEndpoint', network);
      expect(found).toHaveLength(endpoints);
      for (const { Properties } of found) {
        expect(Properties).toMatchObject({ VpcId: 'vpc-0123456789abcdef0', SubnetIds: given, PrivateDnsEnabled: true });
      }
    }
  });
});

// EC2 is called by Lambda itself, logs go by Lambda's own way, and KMS is called by the service that stores the secret.
const notByTheFunction = ['ec2', 'kms', 'logs'];
test.each(['dev', 'preprod', 'prod'])(
  '%s has an endpoint for each service that a function may call, and no other',
  async (name) => {
    const { template } = await synthesize(name);
    const statements = Object.entries(policiesOf(template('database'), template('schema')))
      .filter(([role]) => /HandlerRole|RotationRole/.test(role))
      .flatMap(([, each]) => each);
    const called = new Set(actionsOf(statements).map((action) => action.split(':')[0] ?? ''));
    const endpoints = ofType('AWS::EC2::VPCEndpoint', template('network')).map(
      ({ Properties }) => Properties.ServiceName.split('.').at(-1) as string,
    );
    expect(endpoints.sort()).toEqual([...called].filter((service) => !notByTheFunction.includes(service)).sort());
  },
);

test('an account in the config is where the stacks go; without one it is whoever deploys', async () => {
  for (const [name, account] of [
    ['existing', '111122223333'],
    ['nat', 'unknown-account'],
  ] as const) {
    const { app, template } = await synthesize(name, project);
    const { stacks } = app.synth();
    expect(stacks.map(({ environment }) => [environment.account, environment.region])).toEqual(
      stacks.map(() => [account, 'eu-west-1']),
    );
    const literal = JSON.stringify(template('schema').toJSON()).includes('111122223333');
    expect(literal).toBe(account === '111122223333');
  }
});
