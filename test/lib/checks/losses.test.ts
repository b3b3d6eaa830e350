import { findLosses } from '../../../lib/checks/losses';
import { type Accepted, changed } from '../support/golden';

const db = 'AWS::RDS::DBInstance';
const lossesOf = (change: (after: Accepted) => void) => {
  const { before, after } = changed(change);
  return findLosses(before, after).map(({ kind, sentence }) => `${kind}: ${sentence}`);
};
const rename = (after: Accepted, purpose: string, type: string, to: string) => {
  const resources = after.resources(purpose);
  const id = after.id(purpose, type);
  Object.assign(resources, { [to]: resources[id] });
  delete resources[id];
};
const remove = (after: Accepted, purpose: string, type: string, part = '') =>
  delete after.resources(purpose)[after.id(purpose, type, part)];
const set =
  (property: string, value: unknown, type = db, purpose = 'database') =>
  (after: Accepted) => {
    after.resource(purpose, type).Properties[property] = value;
  };

test('nothing is lost where nothing changes', () => {
  expect(lossesOf(() => undefined)).toEqual([]);
});

describe('a replacement is one', () => {
  test.each([
    ['Port', '5433', 'Port changes from 5432 to 5433'],
    ['DBInstanceIdentifier', 'other', 'DBInstanceIdentifier changes from ndis-chatbot-prod to other'],
    ['StorageEncrypted', false, 'StorageEncrypted changes from true to false'],
    ['DBName', 'app', 'DBName changes from nothing to app'],
    ['KmsKeyId', 'arn:other', 'KmsKeyId changes'],
    ['DBSubnetGroupName', 'other', 'DBSubnetGroupName changes'],
    ['MasterUsername', 'other', 'MasterUsername changes'],
    ['AvailabilityZone', 'ap-southeast-2a', 'AvailabilityZone changes from nothing to ap-southeast-2a'],
    ['Engine', 'mysql', 'Engine changes from postgres to mysql'],
    ['DBSnapshotIdentifier', 'yesterday', 'DBSnapshotIdentifier changes from nothing to yesterday'],
    ['SourceDBInstanceIdentifier', 'other', 'SourceDBInstanceIdentifier changes from nothing to other'],
    ['PerformanceInsightsKMSKeyId', 'arn:other', 'PerformanceInsightsKMSKeyId changes'],
  ])('%s of the database', (property, value, because) => {
    const [first, ...more] = lossesOf(set(property, value));
    expect(first).toContain('replaced: The database ndis-chatbot-prod (Database');
    expect(first).toContain(`would be replaced, because ${because};`);
    expect(more).toEqual([]);
  });

  test('the name that stays makes the deploy fail, and a name that changes makes an empty database', () => {
    expect(lossesOf(set('Port', '5433'))[0]).toMatch(
      /a deploy would fail, since a new, empty one cannot be named ndis-chatbot-prod while the old one is there[.]$/,
    );
    expect(lossesOf(set('DBInstanceIdentifier', 'other'))[0]).toMatch(
      /a deploy would make a new, empty one and leave the old one behind, managed by nobody[.]$/,
    );
    const deleted = lossesOf((after) => {
      set('DBInstanceIdentifier', 'other')(after);
      after.resource('database', db).UpdateReplacePolicy = 'Delete';
    });
    expect(deleted[0]).toMatch(/a deploy would make a new, empty one and delete the old one with everything in it[.]$/);
  });

  test('of the network and of the subnets of the database', () => {
    expect(lossesOf(set('CidrBlock', '10.1.0.0/16', 'AWS::EC2::VPC', 'network'))).toContainEqual(
      expect.stringMatching(
        /^replaced: The network Network\/Vpc .* CidrBlock changes from 10[.]0[.]0[.]0\/16 to 10[.]1/,
      ),
    );
    expect(lossesOf(set('CidrBlock', '10.1.0.0/24', 'AWS::EC2::Subnet', 'network'))).toEqual([
      expect.stringMatching(/^replaced: The subnet of the database .* delete the old one and cut the database off[.]$/),
    ]);
  });
});

describe('what RDS changes in place is none', () => {
  test.each([
    ['MultiAZ', false],
    ['DBInstanceClass', 'db.r7g.xlarge'],
    ['AllocatedStorage', '100'],
    ['StorageType', 'io1'],
    ['BackupRetentionPeriod', 14],
    ['PreferredMaintenanceWindow', 'mon:01:00-mon:02:00'],
    ['DBParameterGroupName', 'other'],
    ['AutoMinorVersionUpgrade', false],
    ['EngineVersion', '16.14'],
    ['CACertificateIdentifier', 'rds-ca-rsa4096-g1'],
  ])('%s', (property, value) => {
    expect(lossesOf(set(property, value))).toEqual([]);
  });

  test('a key for Performance Insights that was off before, and a promoted replica', () => {
    const { before, after } = changed((both) => set('PerformanceInsightsKMSKeyId', undefined)(both));
    expect(findLosses(after, before)).toEqual([]);
    const replica = changed((both) => set('SourceDBInstanceIdentifier', 'other')(both));
    expect(findLosses(replica.after, replica.before)).toEqual([]);
  });
});

describe('what disappears, moves or gets another logical id', () => {
  test.each([
    ['database', db, 'The database ndis-chatbot-prod'],
    ['database', 'AWS::KMS::Key', 'The encryption key Database/Key'],
    ['database', 'AWS::SecretsManager::Secret', 'The secret ndis-chatbot-prod/admin'],
    ['database', 'AWS::RDS::DBSubnetGroup', 'The subnet group Database/Subnets'],
    ['network', 'AWS::EC2::VPC', 'The network Network/Vpc'],
  ])('in %s: %s', (purpose, type, what) => {
    const gone = lossesOf((after) => remove(after, purpose, type));
    expect(gone).toContainEqual(expect.stringContaining(`removed: ${what} (`));
    const renamed = lossesOf((after) => rename(after, purpose, type, 'Other'));
    expect(renamed).toContainEqual(
      expect.stringContaining(
        `renamed: The logical id of ${what.charAt(0).toLowerCase()}${what.slice(1)} changes from`,
      ),
    );
  });

  test('a stack that is gone takes all with it', () => {
    const { before, after } = changed(() => undefined);
    const { 'ndis-chatbot-prod-database': _, ...rest } = after;
    const kinds = findLosses(before, rest).map(({ type }) => type);
    expect(kinds).toEqual(expect.arrayContaining([db, 'AWS::KMS::Key', 'AWS::SecretsManager::Secret']));
  });

  test('a resource that moves to another stack is made anew there', () => {
    const moved = lossesOf((after) => {
      const id = after.id('database', 'AWS::KMS::Key');
      after.resources('network')[id] = after.resource('database', 'AWS::KMS::Key');
      delete after.resources('database')[id];
    });
    expect(moved[0]).toMatch(
      /^moved: The encryption key .* from the stack ndis-chatbot-prod-database to ndis-chatbot-prod-network; /,
    );
  });

  test('whatever the template says is to be kept counts, whatever it is', () => {
    expect(lossesOf((after) => remove(after, 'database', 'AWS::Logs::LogGroup', 'Postgresql'))).toEqual([
      expect.stringMatching(
        /^removed: The log group .*postgresql .* would let go of it: it stays, and is managed by nobody[.]$/,
      ),
    ]);
  });

  test('a subnet where no database stands, and a log of a function, may go', () => {
    const { before, after } = changed((both) => {
      const subnet = both.resource('network', 'AWS::EC2::Subnet');
      both.resources('network')['Public'] = {
        ...subnet,
        Properties: { ...subnet.Properties, CidrBlock: '10.0.9.0/24' },
      };
    });
    expect(findLosses(after, before)).toEqual([]);
    expect(lossesOf((gone) => remove(gone, 'database', 'AWS::Logs::LogGroup', 'Rotation'))).toEqual([]);
  });

  test('a replica is a copy, and may go', () => {
    const { before, after } = changed((both) => {
      const instance = both.resource('database', db);
      const Properties = { ...instance.Properties, SourceDBInstanceIdentifier: 'x', DBInstanceIdentifier: 'copy' };
      both.resources('database')['Replica'] = { ...instance, Properties };
    });
    expect(findLosses(after, before)).toEqual([]);
  });
});

describe('what keeps the data and would do so no longer', () => {
  test.each([
    [
      'DeletionPolicy',
      'Delete',
      'DeletionPolicy falls from Retain to Delete; it would be deleted when it leaves the template.',
    ],
    [
      'DeletionPolicy',
      'Snapshot',
      'DeletionPolicy falls from Retain to Snapshot; only a last snapshot would be kept when it leaves the template.',
    ],
    [
      'DeletionPolicy',
      undefined,
      'DeletionPolicy falls from Retain to Snapshot; only a last snapshot would be kept when it leaves the template.',
    ],
    [
      'UpdateReplacePolicy',
      undefined,
      'UpdateReplacePolicy falls from Retain to Delete; it would be deleted when it is replaced.',
    ],
  ] as const)('%s becomes %s', (policy, value, end) => {
    const found = lossesOf((after) => {
      const instance = after.resource('database', db);
      if (value === undefined) delete instance[policy];
      else instance[policy] = value;
    });
    expect(found).toEqual([expect.stringContaining(end)]);
  });

  test.each([
    [db, 'DeletionProtection', false, 'DeletionProtection changes from true to false; anybody'],
    [db, 'DeleteAutomatedBackups', true, 'DeleteAutomatedBackups changes from false to true; its backups'],
    [db, 'BackupRetentionPeriod', 0, 'BackupRetentionPeriod changes from 7 to 0; RDS would delete all'],
    [db, 'BackupRetentionPeriod', 6, 'BackupRetentionPeriod changes from 7 to 6; RDS would delete those'],
    [db, 'PubliclyAccessible', true, 'PubliclyAccessible changes from false to true; it would then have an address'],
    ['AWS::KMS::Key', 'Enabled', false, 'Enabled changes from nothing to false; what is encrypted'],
    [
      'AWS::SecretsManager::Secret',
      'GenerateSecretString',
      {},
      'GenerateSecretString changes; CloudFormation would write a new password',
    ],
  ])('%s: %s becomes %j', (type, property, value, part) => {
    expect(lossesOf(set(property, value, type))).toEqual([expect.stringContaining(part)]);
  });

  test('an earlier expiry of what is in a bucket, and a lock that is taken off it or made shorter', () => {
    const ofBucket = (property: string, value: unknown) => set(property, value, 'AWS::S3::Bucket', 'protection');
    const expiry = { Rules: [{ ExpirationInDays: 7, Status: 'Enabled' }] };
    expect(lossesOf(ofBucket('LifecycleConfiguration', expiry))).toEqual([
      expect.stringContaining('LifecycleConfiguration changes; S3 would delete what is older at once'),
    ]);
    const lock = { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 30 } } };
    const { before, after } = changed(ofBucket('ObjectLockConfiguration', lock));
    expect(findLosses(before, after)).toEqual([]);
    expect(findLosses(after, before)).toMatchObject([
      { sentence: expect.stringContaining('what is written from then on could be deleted sooner') },
    ]);
  });

  test('both policies that fall alike are one sentence, and the database comes before the rest', () => {
    const found = lossesOf((after) => {
      for (const type of [db, 'AWS::KMS::Key', 'AWS::RDS::DBSubnetGroup'])
        Object.assign(after.resource('database', type), { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
    });
    const both = 'DeletionPolicy and UpdateReplacePolicy fall from Retain to Delete; it would be deleted when';
    expect(found.map((sentence) => sentence.split(' (')[0])).toEqual([
      'weakened: The database ndis-chatbot-prod',
      'weakened: The encryption key Database/Key',
      'weakened: The subnet group Database/Subnets',
    ]);
    for (const sentence of found) expect(sentence).toContain(`${both} it leaves the template or is replaced.`);
  });

  test('what keeps it better is none', () => {
    const { before, after } = changed((weaker) => {
      const instance = weaker.resource('database', db);
      instance.DeletionPolicy = 'Delete';
      instance.Properties['DeletionProtection'] = false;
    });
    expect(findLosses(after, before)).toEqual([]);
  });
});
