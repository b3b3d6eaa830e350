import { damaged, instance, live, liveOf, name, now, older, plan, restored, type There } from './seen';

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
    Other: 'named',
    KeepUntil: '2026-12-05',
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
    Time: '2026-11-21T04:06:59.000Z',
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

test('no time comes from a copy that never had the name, though it is newer than all that had', async () => {
  const began = { created: new Date('2026-11-20T23:59:00Z') };
  const instances = [{ ...liveOf(name), ...began }, damaged(older), restored(name)];
  expect(await plan({ action: 'recover', time: '2026-11-20T12:00:00Z' }, { instances })).toMatchObject({
    Source: `shop-prod-damaged-${older}`,
  });
});

test('a time may come from a restored one that was swapped back, and so has had the name', async () => {
  const began = { created: new Date('2026-11-20T23:59:00Z') };
  const hadIt = { ...restored(name), tags: { 'plinth:keep-until': '2026-12-05' } };
  expect(
    await plan(
      { action: 'recover', time: '2026-11-20T12:00:00Z' },
      { instances: [{ ...liveOf(older), ...began }, hadIt] },
    ),
  ).toMatchObject({ Source: `shop-prod-restored-${name}` });
});

test.each(['stopped', 'storage-full', 'failed'])(
  'an instance that is %s is told before it is in the way of the swap',
  async (status) => {
    const { Notes } = await plan({ action: 'recover', time: 'latest' }, { instances: [{ ...live, status }] });
    expect(Notes).toEqual([
      `shop-prod is ${status}, and RDS renames it only once it is available: see to that before you approve.`,
    ]);
  },
);

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
