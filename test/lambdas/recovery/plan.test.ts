import type { RecoveryPlanSettings } from '../../../lambdas/recovery-plan/contract';
import { type Moment, planRecovery } from '../../../lambdas/recovery-plan/plan';
import { parseRequest } from '../../../lambdas/recovery-plan/request';
import type { InstanceSeen, Sight, SnapshotSeen } from '../../../lambdas/recovery-plan/sight';

const settings: RecoveryPlanSettings = { Instance: 'shop-prod', Environment: 'prod', Machine: 'arn:m', KeepDays: 14 };
const now = new Date('2026-11-21T04:12:05.678Z');

const instance = (id: string, more: Partial<InstanceSeen> = {}): InstanceSeen => ({
  id,
  status: 'available',
  created: new Date('2026-01-01T00:00:00Z'),
  restorableTo: new Date('2026-11-21T04:07:00Z'),
  retentionDays: 7,
  replicas: [],
  tags: {},
  ...more,
});
const live = instance('shop-prod');

interface There {
  readonly instances?: readonly InstanceSeen[];
  readonly snapshots?: readonly SnapshotSeen[];
  readonly underWay?: readonly { arn: string; started: Date }[];
}

const sightOf = ({ instances = [live], snapshots = [], underWay = [] }: There): Sight => ({
  instances: async (prefix) => instances.filter(({ id }) => id.startsWith(prefix)),
  snapshot: async (id) => snapshots.find((each) => each.id === id),
  underWay: async () => underWay,
});

const plan = (request: object, there: There = {}, moment: Partial<Moment> = {}) =>
  planRecovery(sightOf(there), settings, parseRequest(request), { now, ...moment });

const older = '20261115-010000';
const name = '20261120-235900';
const restored = (recovery: string, more: Partial<InstanceSeen> = {}) =>
  instance(`shop-prod-restored-${recovery}`, {
    tags: {
      'plinth:recovery': recovery,
      'plinth:recovery-to': '2026-11-20T20:00:00.000Z',
      'plinth:recovery-from': 'time',
    },
    ...more,
  });
const damaged = (recovery: string, more: Partial<InstanceSeen> = {}) => instance(`shop-prod-damaged-${recovery}`, more);
const liveOf = (recovery: string) => ({ ...restored(recovery), id: 'shop-prod' });

test('a time is restored from the backups of the instance that has the name, beside it, under the name of the request', async () => {
  expect(await plan({ action: 'recover', time: '2026-11-20T20:00:00+02:00' })).toEqual({
    Recovery: '20261121-041205',
    Action: 'recover',
    Next: 'restore',
    Method: 'pointInTime',
    Source: 'shop-prod',
    Time: '2026-11-20T18:00:00.000Z',
    Snapshot: null,
    RestoresTo: '2026-11-20T18:00:00.000Z',
    Asked: true,
    From: 'time',
    Chosen: 'the time that was asked for, 2026-11-20T18:00:00.000Z, from the backups of shop-prod',
    Wanted: 'shop-prod-restored-20261121-041205',
    Aside: 'shop-prod-damaged-20261121-041205',
    KeepUntil: '2026-12-05',
    Replicas: [],
    Notes: [],
  });
});

test('whoever asks may have named it already', async () => {
  expect(await plan({ action: 'recover', time: 'latest', recovery: name })).toMatchObject({
    Recovery: name,
    Wanted: `shop-prod-restored-${name}`,
  });
});

test('the same request of one execution has the same name, whenever it is asked', async () => {
  const execution = { arn: 'a', started: new Date('2026-11-21T04:00:00Z') };
  expect((await plan({ action: 'recover', time: 'latest' }, {}, { execution })).Recovery).toBe('20261121-040000');
});

test('"latest" is the latest time that can be restored, and nobody asked for that time', async () => {
  expect(await plan({ action: 'recover', time: 'latest' })).toMatchObject({
    Time: '2026-11-21T04:07:00.000Z',
    Asked: false,
    From: 'latest',
  });
});

test('a time from before the restored instance comes from the one that an earlier recovery moved aside', async () => {
  const began = { created: new Date('2026-11-20T23:59:00Z') };
  const instances = [{ ...liveOf(name), ...began }, damaged(name), damaged(older, { created: now })];
  expect(await plan({ action: 'recover', time: '2026-11-20T12:00:00Z' }, { instances })).toMatchObject({
    Source: `shop-prod-damaged-${name}`,
    Wanted: 'shop-prod-restored-20261121-041205',
  });
});

test('a snapshot is restored as of when it was taken', async () => {
  const snapshots = [
    {
      id: 'rds:shop-prod-2026-11-20',
      instance: 'shop-prod',
      created: new Date('2026-11-20T15:40:00Z'),
      status: 'available',
    },
  ];
  expect(await plan({ action: 'recover', snapshot: 'rds:shop-prod-2026-11-20' }, { snapshots })).toMatchObject({
    Method: 'snapshot',
    Snapshot: 'rds:shop-prod-2026-11-20',
    RestoresTo: '2026-11-20T15:40:00.000Z',
    Asked: false,
    From: 'rds:shop-prod-2026-11-20',
  });
});

test.each<[string, object, There, string]>([
  [
    'a time in the future',
    { time: '2026-11-22T00:00:00Z' },
    {},
    '2026-11-22T00:00:00.000Z is in the future; it is 2026-11-21T04:12:05.678Z, and shop-prod has 2026-11-14T04:07:00.000Z to 2026-11-21T04:07:00.000Z.',
  ],
  [
    'a time before the first that can be restored',
    { time: '2026-11-01T00:00:00Z' },
    {},
    '2026-11-01T00:00:00.000Z cannot be restored: shop-prod has 2026-11-14T04:07:00.000Z to 2026-11-21T04:07:00.000Z.',
  ],
  [
    'a time that nobody can read',
    { time: 'yesterday' },
    {},
    '"yesterday" is not a time; write it like 2026-11-21T04:00:00Z, or "latest".',
  ],
  [
    'a time without a zone, which means another one to everybody',
    { time: '2026-11-20T04:00:00' },
    {},
    '"2026-11-20T04:00:00" is not a time; write it like 2026-11-21T04:00:00Z, or "latest".',
  ],
  [
    'a time where no backups are kept',
    { time: 'latest' },
    { instances: [instance('shop-prod', { retentionDays: 0, restorableTo: undefined })] },
    'There is no point in time to go back to: shop-prod keeps no automated backups, or has none yet; recover from a snapshot.',
  ],
  ['neither time nor snapshot', {}, {}, 'A recovery needs one of "time" and "snapshot".'],
  ['both', { time: 'latest', snapshot: 'rds:shop-prod-1' }, {}, 'A recovery needs one of "time" and "snapshot".'],
  [
    'a snapshot of another name',
    { snapshot: 'mine' },
    {},
    'The snapshot "mine" is not one of shop-prod: those begin with rds:shop-prod-, awsbackup: or shop-prod-.',
  ],
  [
    'a snapshot that there is not',
    { snapshot: 'shop-prod-x' },
    {},
    'There is no snapshot "shop-prod-x" in this region.',
  ],
  [
    'a snapshot of another instance',
    { snapshot: 'awsbackup:1' },
    { snapshots: [{ id: 'awsbackup:1', instance: 'books-prod', created: now, status: 'available' }] },
    'The snapshot "awsbackup:1" is of books-prod, not of shop-prod.',
  ],
  [
    'a snapshot that is still being taken',
    { snapshot: 'awsbackup:1' },
    { snapshots: [{ id: 'awsbackup:1', instance: 'shop-prod', created: now, status: 'creating' }] },
    'The snapshot "awsbackup:1" is creating; it can be restored once it is available.',
  ],
  [
    'a name that is taken',
    { time: 'latest', recovery: name },
    { instances: [live, restored(name)] },
    `There is a recovery ${name} already; "plinth recover resume --env prod --recovery ${name}" goes on with it.`,
  ],
  [
    'another action',
    { action: 'delete' },
    {},
    'The property action is "delete"; it takes recover or resume or swapBack.',
  ],
  [
    'a misspelling',
    { time: 'latest', snapshto: 'x' },
    {},
    'The property snapshto is not known; known are action, time, snapshot, recovery, by.',
  ],
  [
    'a time to resume',
    { action: 'resume', time: 'latest' },
    {},
    '"resume" goes on with what is there and takes no "time".',
  ],
  [
    'a recovery by another name',
    { action: 'swapBack', recovery: 'last' },
    {},
    '"last" is not the name of a recovery; it looks like 20261121-041205.',
  ],
])('refused in one sentence: %s', async (_, request, there, sentence) => {
  await expect((async () => plan({ action: 'recover', ...request }, there))()).rejects.toThrow(sentence);
});

test('a second recovery is refused while one is under way, and the first one is not refused for the second', async () => {
  const first = { arn: 'arn:x:execution:m:first', started: new Date('2026-11-21T04:00:00Z') };
  const second = { arn: 'arn:x:execution:m:second', started: new Date('2026-11-21T04:00:00Z') };
  const underWay = [second, first];
  const request = { action: 'recover', time: 'latest' };
  const sentence =
    'A recovery is under way since 2026-11-21T04:00:00.000Z (execution first); follow it by "plinth recover follow --env prod".';
  await expect(plan(request, { underWay }, { execution: second })).rejects.toThrow(sentence);
  await expect(plan(request, { underWay: [first] })).rejects.toThrow(sentence);
  await plan(request, { underWay }, { execution: first });
});

test('an instance that is being renamed is waited for', async () => {
  const instances = [live, damaged(name, { status: 'renaming' })];
  await expect(plan({ action: 'resume' }, { instances })).rejects.toMatchObject({ name: 'StillRenaming' });
});

test.each<[string, readonly InstanceSeen[], object]>([
  ['a copy is there', [live, restored(name)], { Next: 'prepare', Wanted: `shop-prod-restored-${name}` }],
  ['nobody has the name', [damaged(name), restored(name)], { Next: 'swap', Wanted: `shop-prod-restored-${name}` }],
  ['the copy has the name', [damaged(name), liveOf(name)], { Next: 'swap', Wanted: 'shop-prod' }],
  [
    'a copy is there, and the original is gone',
    [restored(name)],
    { Next: 'prepare', Wanted: `shop-prod-restored-${name}` },
  ],
  [
    'a newer copy than that of an earlier recovery is there',
    [liveOf(older), damaged(older), restored(name)],
    { Next: 'prepare', Wanted: `shop-prod-restored-${name}` },
  ],
  [
    'half a swap, and a newer copy that was not taken',
    [damaged(older), restored(older), restored(name)],
    { Recovery: older, Next: 'swap' },
  ],
])('to resume, when %s', async (_, instances, expected) => {
  expect(await plan({ action: 'resume' }, { instances })).toMatchObject({
    ...{ Action: 'recover', Method: 'none', RestoresTo: '2026-11-20T20:00:00.000Z', Asked: true },
    ...expected,
  });
});

test.each<[string, readonly InstanceSeen[], object]>([
  ['the copy has the name', [damaged(name), liveOf(name)], { Wanted: `shop-prod-damaged-${name}` }],
  ['nobody has the name', [damaged(name), restored(name)], { Wanted: `shop-prod-damaged-${name}` }],
  ['it has been done', [live, restored(name)], { Wanted: 'shop-prod' }],
  [
    'a newer copy was never taken',
    [damaged(older), liveOf(older), restored(name)],
    { Recovery: older, Wanted: `shop-prod-damaged-${older}`, Aside: `shop-prod-restored-${older}` },
  ],
])('to swap back, when %s', async (_, instances, expected) => {
  expect(await plan({ action: 'swapBack' }, { instances })).toMatchObject({
    ...{ Action: 'swapBack', Next: 'swap', Method: 'none' },
    ...expected,
  });
});

test.each<[string, object, readonly InstanceSeen[], string]>([
  [
    'a new one in the middle of a swap',
    { action: 'recover', time: 'latest' },
    [damaged(name), restored(name)],
    `The recovery ${name} stands between its two renames, and no instance is called shop-prod: finish it by "plinth recover resume --env prod", or undo it by "plinth recover swap-back --env prod".`,
  ],
  [
    'a resumption where nothing is',
    { action: 'resume' },
    [live],
    'There is no recovery of shop-prod to go on with; start one by "plinth recover --env prod --to TIME".',
  ],
  [
    'a resumption of one whose copy is gone',
    { action: 'resume', recovery: older },
    [live, restored(name)],
    `Nothing is there of the recovery ${older}: no instance was restored. Start a new one.`,
  ],
  [
    'a swap back to what has been deleted',
    { action: 'swapBack' },
    [liveOf(name)],
    `There is nothing to swap back to: shop-prod-damaged-${name} is not there (any more).`,
  ],
  [
    'a swap with an instance that somebody else has put there',
    { action: 'resume' },
    [live, damaged(name), restored(name)],
    `shop-prod is neither the instance from before the recovery ${name} nor the restored one; rename it by hand before anything else is done.`,
  ],
])('refused in one sentence: %s', async (_, request, instances, sentence) => {
  await expect(plan(request, { instances })).rejects.toThrow(sentence);
});

test('what is being deleted is not there any more, and what begins alike is not meant', async () => {
  const instances = [
    live,
    restored(name, { status: 'deleting' }),
    instance('shop-prod-restored-by-hand'),
    instance('shop-prod2'),
  ];
  await expect(plan({ action: 'resume' }, { instances })).rejects.toThrow('There is no recovery of shop-prod');
});

test('what somebody should know is told: replicas, what stands beside, and that nobody has the name', async () => {
  const replicas = ['shop-prod-replica-1'];
  const there = { instances: [{ ...live, replicas }, restored(name)] };
  expect(await plan({ action: 'recover', time: 'latest' }, there)).toMatchObject({
    Replicas: replicas,
    Notes: [
      'The read replicas shop-prod-replica-1 stay with the instance that steps aside, and go on showing its data.',
      `Earlier recoveries have left shop-prod-restored-${name}; they are not touched.`,
    ],
  });
  const { Notes } = await plan({ action: 'resume' }, { instances: [restored(name)] });
  expect(Notes[0]).toBe('No instance is called shop-prod now, so nothing has to step aside.');
});
