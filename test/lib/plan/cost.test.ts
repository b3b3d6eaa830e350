import { compareCosts } from '../../../lib/plan/cost';
import { type Accepted, changed } from '../support/golden';

const db = 'AWS::RDS::DBInstance';
const costs = (
  change: (after: Accepted) => void,
  region = 'ap-southeast-2',
  start = (_: Accepted) => undefined as unknown,
) => {
  const { after: before } = changed((both) => void start(both));
  const { after } = changed((both) => {
    start(both);
    change(both);
  });
  return compareCosts(before, after, region).map(({ direction, sentence, usdPerMonth }) => [
    direction,
    sentence,
    usdPerMonth,
  ]);
};
const set = (values: object) => (after: Accepted) =>
  void Object.assign(after.resource('database', db).Properties, values);
const name = 'ndis-chatbot-prod';

test('the same costs the same, and so does Performance Insights as long as it is free', () => {
  expect(costs(() => undefined)).toEqual([]);
  expect(costs(set({ EnablePerformanceInsights: false }))).toEqual([]);
});

test.each([
  [
    { DBInstanceClass: 'db.r7g.2xlarge' },
    'more',
    `The database ${name} goes from db.r7g.large to db.r7g.2xlarge (16 to 64 GiB of memory).`,
  ],
  [
    { DBInstanceClass: 'db.t4g.medium' },
    'less',
    `The database ${name} goes from db.r7g.large to db.t4g.medium (16 to 4 GiB of memory).`,
  ],
  [{ DBInstanceClass: 'db.r8g.large' }, 'more or less', `The database ${name} goes from db.r7g.large to db.r8g.large.`],
  [
    { MultiAZ: false },
    'less',
    `The database ${name} loses its second zone: its instance hours and its storage are paid half.`,
  ],
  [{ AllocatedStorage: '100' }, 'more', `The database ${name}: storage from 50 to 100 GiB.`],
  [
    { AllocatedStorage: '20' },
    'less',
    `The database ${name}: storage from 50 to 20 GiB (RDS refuses to shrink it, so this deploy would fail).`,
  ],
  [{ Iops: 12_000 }, 'more', `The database ${name}: provisioned operations a second from 3000 to 12000.`],
  [
    { PerformanceInsightsRetentionPeriod: 731 },
    'more',
    `The database ${name}: days of Performance Insights from 7 to 731.`,
  ],
  [
    { BackupRetentionPeriod: 14 },
    'more',
    `The database ${name}: days of backups (paid beyond the size of the storage) from 7 to 14.`,
  ],
  [
    { MonitoringInterval: 1 },
    'more',
    `The database ${name}: enhanced monitoring from every 60 s to every 1 s, which is paid as log storage.`,
  ],
  [
    { MonitoringInterval: 0 },
    'less',
    `The database ${name}: enhanced monitoring from every 60 s to off, which is paid as log storage.`,
  ],
])('%j', (values, direction, sentence) => {
  expect(costs(set(values))).toEqual([[direction, sentence, undefined]]);
});

describe('a figure', () => {
  const small = set({ DBInstanceClass: 'db.t4g.small', MultiAZ: false });

  test('is given where the prices are known, and nowhere else', () => {
    const larger = set({ DBInstanceClass: 'db.t4g.medium' });
    // 730 hours at 0.065 - 0.032.
    expect(costs(larger, 'us-east-1', small)).toEqual([['more', expect.any(String), 24.09]]);
    expect(costs(larger, 'eu-west-1', small)).toEqual([['more', expect.any(String), undefined]]);
    expect(costs(set({ DBInstanceClass: 'db.r7g.large' }), 'us-east-1', small)[0]?.[2]).toBeUndefined();
  });

  test('counts the second zone with its storage', () => {
    // 730 x 0.032 + 50 x 0.115.
    expect(costs(set({ MultiAZ: true }), 'us-east-1', small)).toEqual([['more', expect.any(String), 29.11]]);
  });

  test('adds up where several things change at once', () => {
    const change = set({ DBInstanceClass: 'db.t4g.medium', MultiAZ: true, AllocatedStorage: '100' });
    const sum = costs(change, 'us-east-1', small).reduce((total, [, , usd]) => total + Number(usd), 0);
    // From 730 x 0.032 + 50 x 0.115 to twice 730 x 0.065 + 100 x 0.115.
    expect(sum).toBeCloseTo(117.9 - 29.11, 2);
  });

  test('counts endpoints by the zone, and NAT gateways', () => {
    const nat = (after: Accepted) => {
      const resources = after.resources('network');
      for (const [id, { Type }] of Object.entries(resources))
        if (Type === 'AWS::EC2::VPCEndpoint') delete resources[id];
      resources['Nat'] = { Type: 'AWS::EC2::NatGateway', Properties: {} };
    };
    expect(costs(nat, 'us-east-1')).toEqual([
      ['more', 'NAT gateways: 0 to 1, and what goes through is paid by the GB.', 32.85],
      // Three endpoints in two zones, 0.01 an hour each.
      ['less', 'Interface endpoints, counted in each zone: 6 to 0, and what goes through is paid by the GB.', -43.8],
    ]);
  });
});

test('a database that goes, deleted or left behind', () => {
  const remove = (after: Accepted) => void delete after.resources('database')[after.id('database', db)];
  const deleted = (both: Accepted) => {
    both.resource('database', db).DeletionPolicy = 'Delete';
  };
  const what = `The database ${name} (db.r7g.large, Multi-AZ)`;
  expect(costs(remove)).toEqual([
    ['more or less', `${what} stays, and is paid for until somebody deletes it.`, undefined],
  ]);
  expect(costs(remove, 'ap-southeast-2', deleted)).toEqual([
    ['less', `${what} is deleted, and no longer paid for.`, undefined],
  ]);
});

test('a replica that comes, and a secret that goes', () => {
  const replica = (after: Accepted) => {
    const { Properties } = after.resource('database', db);
    const own = { SourceDBInstanceIdentifier: 'x', DBInstanceIdentifier: 'copy', MultiAZ: false };
    after.resources('database')['Copy'] = { Type: db, Properties: { ...Properties, ...own } };
  };
  expect(costs(replica)).toEqual([['more', 'The replica copy (db.r7g.large) is new.', undefined]]);
  expect(
    costs((after) => void delete after.resources('database')[after.id('database', 'AWS::SecretsManager::Secret')]),
  ).toEqual([['less', 'Secrets: 1 to 0.', undefined]]);
});
