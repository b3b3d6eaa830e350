import type { Template } from 'aws-cdk-lib/assertions';
import type { Environment } from '../../../lib/config';
import { projectFolder } from '../support/project';
import { actionsOf, ofType, policiesOf, type Resource, resourcesOf } from '../support/resources';
import { synthesize } from '../support/synth';

// The controls for RDS of AWS Security Hub, which AWS's Foundational Security Best Practices take theirs from.
const notAboutAnInstance = {
  'Aurora and clusters': [7, 12, 14, 15, 16, 19, 24, 27, 28, 29, 34, 35, 37, 45],
  'MySQL, MariaDB and SQL Server': [39, 40, 41, 42, 44],
  'proxies, of which there is none': [43],
  'DB security groups, which a VPC has none of': [31],
  'the port: every client expects 5432, and the security group decides who reaches it': [23],
  'backup plans: they stand in the stack of the backups': [26],
};

interface Found {
  readonly environment: Environment;
  readonly network: Template;
  readonly database: Template;
  readonly schema: Template;
  readonly instances: readonly Resource[];
  readonly source: Resource;
}

const has =
  (properties: object) =>
  ({ instances }: Found) => {
    for (const { Properties } of instances) expect(Properties).toMatchObject(properties);
  };
const parameters = ({ database }: Found) => ofType('AWS::RDS::DBParameterGroup', database)[0]?.Properties.Parameters;
const subscription =
  (sourceType: string, categories: string[]) =>
  ({ database }: Found) => {
    const of = ofType('AWS::RDS::EventSubscription', database).filter(
      ({ Properties: p }) => p.SourceType === sourceType,
    );
    expect(of.flatMap(({ Properties }) => Properties.EventCategories)).toEqual(expect.arrayContaining(categories));
    expect(of[0]?.Properties).toMatchObject({ SnsTopicArn: { Ref: expect.any(String) } });
    expect(of[0]?.Properties.Enabled).not.toBe(false);
  };
const tagged = (resources: readonly Resource[]) => {
  expect(resources.length).toBeGreaterThan(0);
  for (const { Properties } of resources) expect(Properties.Tags.length).toBeGreaterThan(0);
};

const everywhere: readonly (readonly [number, string, (found: Found) => void])[] = [
  [
    1,
    'a snapshot is private: nobody may share one',
    ({ database, schema }) => {
      const may = Object.values(policiesOf(database, schema)).flatMap(actionsOf);
      expect(may.filter((action) => /ModifyDBSnapshotAttribute|^rds:[*]|^[*]/.test(action))).toEqual([]);
    },
  ],
  [2, 'no public access', has({ PubliclyAccessible: false })],
  [3, 'encrypted at rest', ({ source }) => expect(source.Properties).toMatchObject(encrypted)],
  [
    4,
    'snapshots are encrypted as their instance is',
    ({ source }) => expect(source.Properties).toMatchObject(encrypted),
  ],
  [6, 'enhanced monitoring', has({ MonitoringInterval: 60, MonitoringRoleArn: expect.anything() })],
  [9, 'logs go to CloudWatch', has({ EnableCloudwatchLogsExports: ['postgresql', 'upgrade'] })],
  [10, 'IAM authentication', has({ EnableIAMDatabaseAuthentication: true })],
  [13, 'minor versions by themselves', has({ AutoMinorVersionUpgrade: true })],
  [17, 'snapshots carry the tags', has({ CopyTagsToSnapshot: true })],
  [18, 'in a VPC', has({ DBSubnetGroupName: expect.anything(), VPCSecurityGroups: [expect.anything()] })],
  [
    20,
    'critical events of the instance',
    subscription('db-instance', ['maintenance', 'configuration change', 'failure']),
  ],
  [21, 'critical events of the parameter group', subscription('db-parameter-group', ['configuration change'])],
  [22, 'critical events of security groups', subscription('db-security-group', ['configuration change', 'failure'])],
  [
    25,
    'an admin name of its own',
    ({ environment }) => expect(['postgres', 'admin']).not.toContain(environment.database.adminUser),
  ],
  [30, 'instances are tagged', ({ instances }) => tagged(instances)],
  [32, 'snapshots are tagged', has({ CopyTagsToSnapshot: true, Tags: expect.arrayContaining([expect.anything()]) })],
  [33, 'subnet groups are tagged', ({ database }) => tagged(ofType('AWS::RDS::DBSubnetGroup', database))],
  [
    36,
    'the log of PostgreSQL goes to CloudWatch',
    has({ EnableCloudwatchLogsExports: expect.arrayContaining(['postgresql']) }),
  ],
  [38, 'encrypted in transit', (found) => expect(parameters(found)).toMatchObject({ 'rds.force_ssl': '1' })],
  [
    46,
    'in subnets without a route to the internet',
    ({ network, database }) => {
      const subnets = ofType('AWS::RDS::DBSubnetGroup', database).flatMap(({ Properties }) => Properties.SubnetIds);
      expect(subnets).toHaveLength(2);
      for (const subnet of subnets) expect(routesOf(network, subnet['Fn::ImportValue'])).toEqual([]);
    },
  ],
];
const encrypted = { StorageEncrypted: true, KmsKeyId: { 'Fn::GetAtt': [expect.any(String), 'Arn'] } };

/** What a lower environment may do without, to cost less. */
const inProduction: typeof everywhere = [
  [5, 'two zones', ({ source }) => expect(source.Properties.MultiAZ).toBe(true)],
  [8, 'deletion protection', has({ DeletionProtection: true })],
  [11, 'backups of a week', ({ source }) => expect(source.Properties.BackupRetentionPeriod).toBeGreaterThanOrEqual(7)],
];

/** The routes of the subnet that another stack imports by this name. */
function routesOf(network: Template, exported: string): Resource[] {
  const outputs = Object.values(
    network.toJSON()['Outputs'] as Record<string, { Value: { Ref: string }; Export: { Name: string } }>,
  );
  const subnet = outputs.find(({ Export }) => Export?.Name === exported)?.Value.Ref;
  expect(resourcesOf(network)[subnet ?? '']?.Type).toBe('AWS::EC2::Subnet');
  const tables = ofType('AWS::EC2::SubnetRouteTableAssociation', network)
    .filter(({ Properties }) => Properties.SubnetId.Ref === subnet)
    .map(({ Properties }) => Properties.RouteTableId.Ref);
  expect(tables).toHaveLength(1);
  return ofType('AWS::EC2::Route', network).filter(({ Properties }) => tables.includes(Properties.RouteTableId.Ref));
}

const withReplicas = projectFolder({
  name: 'shop',
  region: 'eu-west-1',
  instance: { readReplicas: 2, multiAz: true },
  network: { egress: 'nat' },
  environments: { live: { production: true, drills: { schedule: 'weekly' } } },
});

async function find(name: string, project?: string): Promise<Found> {
  const { environment, template } = await synthesize(name, project);
  const [network, database, schema] = [template('network'), template('database'), template('schema')];
  const instances = ofType('AWS::RDS::DBInstance', database);
  const source = instances.find(({ Properties }) => Properties.SourceDBInstanceIdentifier === undefined);
  if (!source) throw new Error('There is no instance.');
  return { environment, network, database, schema, instances, source };
}

describe.each([
  ['dev', undefined],
  ['qa', undefined],
  ['preprod', undefined],
  ['prod', undefined],
  ['live', withReplicas],
])('Security Hub about %s', (name, project) => {
  let found: Found;
  beforeAll(async () => {
    found = await find(name, project);
  });
  const checks = ['dev', 'qa'].includes(name) ? everywhere : [...everywhere, ...inProduction];
  test.each(checks)('RDS.%i: %s', (_, __, check) => check(found));
});

test('each control from RDS.1 to RDS.46 is tested here, or is about something else', () => {
  const numbers = [
    ...[...everywhere, ...inProduction].map(([number]) => number),
    ...Object.values(notAboutAnInstance).flat(),
  ];
  expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 46 }, (_, index) => index + 1));
});
