import type { Template } from 'aws-cdk-lib/assertions';
import { projectFolder } from '../support/project';
import { ofType, type Resource } from '../support/resources';
import { synthesize } from '../support/synth';

const instance = { class: 'db.r7g.xlarge', storageGiB: 500, iops: 12_000, throughputMiBps: 500 };
const project = projectFolder({
  name: 'shop',
  region: 'eu-west-1',
  database: { port: 6432 },
  instance,
  environments: { two: { instance: { ...instance, readReplicas: 2 } }, none: {} },
});

let database: Template;
let replicas: readonly Resource[];
beforeAll(async () => {
  database = (await synthesize('two', project)).template('database');
  replicas = ofType('AWS::RDS::DBInstance', database).filter(
    ({ Properties }) => Properties.SourceDBInstanceIdentifier !== undefined,
  );
});

test('there are as many as the config says, and none by default', async () => {
  expect(replicas.map(({ Properties }) => Properties.DBInstanceIdentifier)).toEqual([
    'shop-two-replica-1',
    'shop-two-replica-2',
  ]);
  (await synthesize('none', project)).template('database').resourceCountIs('AWS::RDS::DBInstance', 1);
});

test('each is as big and as fast as its source, and grows with it', () => {
  for (const { Properties } of replicas) {
    expect(Properties).toMatchObject({
      DBInstanceClass: 'db.r7g.xlarge',
      StorageType: 'gp3',
      MaxAllocatedStorage: 1000,
      Iops: 12_000,
      StorageThroughput: 500,
      Port: '6432',
      CACertificateIdentifier: 'rds-ca-rsa2048-g1',
    });
  }
});

test('none names a key, a parameter group or an account of its own: RDS takes those of the source', () => {
  for (const { Properties } of replicas) {
    const own = ['StorageEncrypted', 'KmsKeyId', 'DBParameterGroupName', 'MasterUsername', 'MasterUserPassword'];
    expect(Object.keys(Properties).filter((key) => own.includes(key))).toEqual([]);
  }
});

test('each is reached and kept as its source is', () => {
  const [source] = ofType('AWS::RDS::DBInstance', database);
  for (const { Properties, DeletionPolicy } of replicas) {
    for (const key of ['VPCSecurityGroups', 'DBSubnetGroupName', 'DeletionProtection', 'PreferredMaintenanceWindow']) {
      expect([key, Properties[key]]).toEqual([key, source?.Properties[key]]);
    }
    expect(DeletionPolicy).toBe('RetainExceptOnCreate');
  }
});

test('the logs of each expire, and exist before it does', () => {
  for (const { Properties, DependsOn } of replicas) {
    for (const log of ['postgresql', 'upgrade']) {
      const name = `/aws/rds/instance/${Properties.DBInstanceIdentifier}/${log}`;
      database.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: name, RetentionInDays: 90 });
    }
    expect(DependsOn?.filter((id) => /Log/.test(id))).toHaveLength(2);
  }
});

test('the topic hears of each', () => {
  const of = ofType('AWS::RDS::EventSubscription', database).find(
    ({ Properties }) => Properties.SourceType === 'db-instance',
  );
  expect(of?.Properties.SourceIds).toHaveLength(3);
});
