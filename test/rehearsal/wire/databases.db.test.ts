// RDS as the rehearsal has it: an instance that is modified, by an unmodified client.
import {
  AddTagsToResourceCommand,
  type DBInstance,
  DBInstanceAlreadyExistsFault,
  DescribeDBInstancesCommand,
  InvalidDBInstanceStateFault,
  ModifyDBInstanceCommand,
  type ModifyDBInstanceCommandInput,
  RDSClient,
} from '@aws-sdk/client-rds';
import { Client } from 'pg';
import { running } from '../../../rehearsal/services/databases';
import { kind } from '../../support/postgres';
import { roleFor, useCloud } from '../support/cloud';

const test_ = useCloud(kind === 'native' ? 'native' : 'embedded');
let rds: RDSClient;

const instanceOf = (id: string) => ({
  Type: 'AWS::RDS::DBInstance',
  Properties: {
    DBInstanceIdentifier: id,
    Engine: 'postgres',
    DBInstanceClass: 'db.t4g.medium',
    MasterUsername: 'admin_of_it',
    MasterUserPassword: 'as-it-was-made',
    BackupRetentionPeriod: 0,
  },
});

beforeAll(async () => {
  const { outcome, reason } = await test_.deploy('D', {
    Shop: instanceOf('shop'),
    Other: instanceOf('other'),
    Monitoring: roleFor('monitoring.rds.amazonaws.com'),
    Wrong: roleFor('lambda.amazonaws.com'),
  });
  expect([outcome, reason]).toEqual(['created', undefined]);
  rds = new RDSClient(test_.client);
});
afterAll(() => rds?.destroy());

const modify = (DBInstanceIdentifier: string, change: Partial<ModifyDBInstanceCommandInput>) =>
  rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier, ApplyImmediately: true, ...change }));

const describeOne = async (DBInstanceIdentifier: string): Promise<DBInstance> => {
  const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier }));
  return DBInstances[0] as DBInstance;
};

/** Before the clock jumps over what is waited for. */
const atOnce = (work: () => Promise<void>) => test_.clock.work(work);

const available = async (id: string): Promise<DBInstance> => {
  for (;;) {
    const found = await describeOne(id).catch(() => undefined);
    if (found?.DBInstanceStatus === 'available') return found;
    await test_.clock.sleep(30_000);
  }
};

async function logsIn(id: string, password: string): Promise<boolean> {
  const { address } = test_.cloud.databases.instance(id);
  const { port, ca } = running(test_.cloud.databases.instance(id));
  const client = new Client({
    ...{ host: 'localhost', port, user: 'admin_of_it', password, database: 'postgres' },
    ssl: { ca, rejectUnauthorized: true, servername: address },
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === '28P01') return false;
    throw error;
  }
}

test('a renamed instance is the same one under another name and host, and its old name is free', async () => {
  const before = await describeOne('shop');
  await atOnce(async () => {
    await modify('shop', { NewDBInstanceIdentifier: 'shop-damaged' });
    expect((await describeOne('shop')).DBInstanceStatus).toBe('renaming');
    await expect(modify('shop', { NewDBInstanceIdentifier: 'third' })).rejects.toThrow(InvalidDBInstanceStateFault);
  });
  const after = await available('shop-damaged');
  expect(after.DbiResourceId).toBe(before.DbiResourceId);
  expect(after.Endpoint?.Address).toBe(before.Endpoint?.Address?.replace('shop.', 'shop-damaged.'));
  await expect(describeOne('shop')).rejects.toThrow('DBInstance shop not found.');
  expect(await logsIn('shop-damaged', 'as-it-was-made')).toBe(true);
  // Whoever takes the name gets the host that goes with it.
  await modify('other', { NewDBInstanceIdentifier: 'shop' });
  expect((await available('shop')).Endpoint?.Address).toBe(before.Endpoint?.Address);
});

test('a name that is taken or that RDS would not take is refused', async () => {
  await expect(modify('shop', { NewDBInstanceIdentifier: 'shop-damaged' })).rejects.toThrow(
    DBInstanceAlreadyExistsFault,
  );
  for (const name of ['Shop--x', '1shop', 'shop-', 'sh_op']) {
    await expect(modify('shop', { NewDBInstanceIdentifier: name })).rejects.toThrow('not a valid identifier');
  }
});

test('the password that is given holds some time later, and is shown to nobody', async () => {
  const { DBInstance } = await modify('shop', { MasterUserPassword: 'another-one' });
  expect(DBInstance?.PendingModifiedValues?.MasterUserPassword).toBe('****');
  expect((await available('shop')).PendingModifiedValues ?? {}).toEqual({});
  expect([await logsIn('shop', 'another-one'), await logsIn('shop', 'as-it-was-made')]).toEqual([true, false]);
  // Also when somebody has changed it in the database meanwhile.
  await running(test_.cloud.databases.instance('shop')).setMasterPassword('changed-behind-its-back');
  await modify('shop', { MasterUserPassword: 'a-third-one' });
  await available('shop');
  expect(await logsIn('shop', 'a-third-one')).toBe(true);
  for (const bad of ['short', 'has a space', 'an@sign-here', 'a/slash-here']) {
    await expect(modify('shop', { MasterUserPassword: bad })).rejects.toThrow('not a valid password');
  }
});

test('settings are shown once they hold; monitoring takes a role that RDS may assume', async () => {
  const role = test_.arn('D', 'Monitoring');
  await atOnce(async () => {
    await modify('shop', { MonitoringInterval: 60, MonitoringRoleArn: role, PreferredBackupWindow: '15:30-16:00' });
    expect((await describeOne('shop')).DBInstanceStatus).toBe('modifying');
  });
  expect(await available('shop')).toMatchObject({
    MonitoringInterval: 60,
    MonitoringRoleArn: role,
    PreferredBackupWindow: '15:30-16:00',
  });
  await modify('shop', { CloudwatchLogsExportConfiguration: { EnableLogTypes: ['postgresql'] } });
  expect((await available('shop')).EnabledCloudwatchLogsExports).toEqual(['postgresql']);
  await expect(modify('shop', { MonitoringInterval: 60 })).rejects.toThrow('MonitoringRoleARN value is required');
  const wrong = modify('shop', { MonitoringInterval: 60, MonitoringRoleArn: test_.arn('D', 'Wrong') });
  await expect(wrong).rejects.toThrow('no statement that lets monitoring.rds.amazonaws.com assume it');
});

test('what is not known is refused: nothing, two kinds at once, a change for later, another setting', async () => {
  await expect(modify('shop', {})).rejects.toThrow('No modifications were requested');
  const two = { NewDBInstanceIdentifier: 'x', MasterUserPassword: 'another-one' };
  await expect(modify('shop', two)).rejects.toThrow('two kinds at once (rename, password)');
  await expect(modify('shop', { BackupRetentionPeriod: 1, ApplyImmediately: false })).rejects.toThrow('waits for');
  await expect(modify('shop', { AllocatedStorage: 100 })).rejects.toThrow('the member AllocatedStorage');
  await expect(modify('nobody', { NewDBInstanceIdentifier: 'x' })).rejects.toThrow('DBInstance nobody not found.');
});

test('tags are added to those that are there, and stay through a renaming', async () => {
  const { DBInstanceArn: ResourceName } = await describeOne('shop');
  await rds.send(new AddTagsToResourceCommand({ ResourceName, Tags: [{ Key: 'a', Value: '1' }] }));
  await rds.send(new AddTagsToResourceCommand({ ResourceName, Tags: [{ Key: 'b', Value: '2' }] }));
  await modify('shop', { NewDBInstanceIdentifier: 'tagged' });
  const { TagList } = await available('tagged');
  expect(TagList).toEqual([
    { Key: 'a', Value: '1' },
    { Key: 'b', Value: '2' },
  ]);
  const missing = rds.send(new AddTagsToResourceCommand({ ResourceName, Tags: [{ Key: 'a', Value: '1' }] }));
  await expect(missing).rejects.toThrow('not found');
});
