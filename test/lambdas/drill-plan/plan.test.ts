import type { Backups, SnapshotFound } from '../../../lambdas/drill-plan/backups';
import type { DrillKind, DrillSource } from '../../../lambdas/drill-plan/contract';
import type { DumpsFound } from '../../../lambdas/drill-plan/dumps';
import { planDrill } from '../../../lambdas/drill-plan/plan';
import type { DumpManifest } from '../../../lambdas/dump-record/contract';

const snapshot = (id: string, day: number, tier?: string, status = 'available'): SnapshotFound => ({
  id,
  created: new Date(Date.UTC(2026, 0, day)),
  status,
  tags: tier === undefined ? {} : { 'plinth:tier': tier },
});

const backups = (temporary: readonly string[] = []): Backups => ({
  snapshots: async () => [
    snapshot('weekly', 4, 'weekly'),
    snapshot('daily', 9, 'daily'),
    snapshot('under-way', 10, 'daily', 'creating'),
    snapshot('old', 1),
    snapshot('shop-prod-migration-1', 10),
  ],
  restorable: async () => ({ from: new Date('2026-01-03T00:00:00Z'), to: new Date('2026-01-10T00:00:00Z') }),
  temporary: async () => temporary,
});

const noTimes = { restorable: async () => ({ from: new Date(0), to: undefined }) };

const settings = { Instance: 'shop-prod', TemporaryPrefix: 'shop-prod-drill-', MostInstances: 1 };
const plan = (Kind: DrillKind, Source: DrillSource = {}, there: Backups = backups(), random = 0) =>
  planDrill(
    there,
    settings,
    { Id: 'shop-prod-drill-1', Kind, Source },
    { now: new Date('2026-01-10T06:00:00Z'), random: () => random },
  );

test.each<[string, DrillSource, string]>([
  ['the newest snapshot that is available, without a wish', {}, 'daily'],
  ['one by its name', { snapshot: 'old' }, 'old'],
  [
    'by its name also one that a deploy took before it migrated',
    { snapshot: 'shop-prod-migration-1' },
    'shop-prod-migration-1',
  ],
  ['the newest of a tier', { tier: 'weekly' }, 'weekly'],
  ['one by chance, of the last days', { randomWithinDays: 7 }, 'daily'],
])('a drill from a snapshot takes %s', async (_, source, id) => {
  expect(await plan('snapshot', source)).toMatchObject({ Kind: 'snapshot', Snapshot: id });
});

test.each<[string, DrillKind, DrillSource, Partial<Backups>, readonly string[]]>([
  ['the latest point in time', 'pointInTime', {}, {}, ['Rto', 'Rpo']],
  ['a time that was asked for', 'pointInTime', { time: '2026-01-05T04:00:00Z' }, {}, ['Rto', 'Rpo']],
  // Measured up to the time that was drawn: what came after it was not wanted.
  ['a time by chance', 'pointInTime', { randomWithinDays: 7 }, {}, ['Rto', 'Rpo']],
  ['the newest snapshot, beside points in time', 'snapshot', {}, {}, ['Rto']],
  ['the newest snapshot, where there is nothing better', 'snapshot', {}, noTimes, ['Rto', 'Rpo']],
  ['a snapshot by its name', 'snapshot', { snapshot: 'old' }, noTimes, ['Rto']],
  ['the newest of a tier', 'snapshot', { tier: 'weekly' }, noTimes, ['Rto']],
  ['a snapshot by chance', 'snapshot', { randomWithinDays: 7 }, noTimes, ['Rto']],
])('%s is held to what it can keep', async (_, kind, source, without, objectives) => {
  expect((await plan(kind, source, { ...backups(), ...without })).Objectives).toEqual(objectives);
});

test('a time by chance is one that was asked for: nothing after it is missed', async () => {
  expect(await plan('pointInTime', { randomWithinDays: 7 })).toMatchObject({ Asked: true });
  expect(await plan('pointInTime')).toMatchObject({ Asked: false });
});

test('chance reaches the oldest snapshot of its window, and none before it', async () => {
  expect(await plan('snapshot', { randomWithinDays: 7 }, backups(), 0.999)).toMatchObject({ Snapshot: 'weekly' });
});

test.each<[string, DrillSource, number, string]>([
  ['the latest time, without a wish', {}, 0, '2026-01-09T23:59:59.000Z'],
  ['the time that is asked for', { time: '2026-01-05T04:00:00Z' }, 0, '2026-01-05T04:00:00.000Z'],
  ['a time by chance, of the last days', { randomWithinDays: 2 }, 0.5, '2026-01-09T00:00:00.000Z'],
  ['no time before the first that can be restored', { randomWithinDays: 30 }, 0, '2026-01-03T00:00:00.000Z'],
])('a drill to a point in time takes %s', async (_, source, random, time) => {
  expect(await plan('pointInTime', source, backups(), random)).toMatchObject({
    Kind: 'pointInTime',
    Time: time,
    RestoresTo: time,
  });
});

test.each<[string, DrillKind, DrillSource, RegExp]>([
  ['a snapshot that is not there', 'snapshot', { snapshot: 'gone' }, /shop-prod does not have the snapshot gone/],
  ['a tier that has none', 'snapshot', { tier: 'monthly' }, /does not have the newest monthly snapshot/],
  ['a time that is none', 'pointInTime', { time: 'yesterday' }, /"yesterday" is not a time; write it like/],
  [
    'a time that cannot be restored',
    'pointInTime',
    { time: '2025-01-01T00:00:00Z' },
    /has 2026-01-03T00:00:00.000Z to 2026-01-10/,
  ],
  [
    'a wish of the other kind',
    'snapshot',
    { time: '2026-01-05T04:00:00Z' },
    /takes no "time" in its source; it takes snapshot, tier/,
  ],
  ['two wishes', 'snapshot', { tier: 'daily', snapshot: 'old' }, /tier and snapshot were given/],
])('%s is refused in one sentence', async (_, kind, source, sentence) => {
  await expect(plan(kind, source)).rejects.toThrow(sentence);
});

test('no more temporary instances are made than are allowed; its own does not count when it is asked again', async () => {
  await expect(plan('snapshot', {}, backups(['shop-prod-drill-0']))).rejects.toThrow(
    /There are 1 temporary instances \(shop-prod-drill-0\), and 1 may be there at once/,
  );
  expect(await plan('snapshot', {}, backups(['shop-prod-drill-1']))).toMatchObject({ Snapshot: 'daily' });
});

const manifest = (key: string, takenAt: string) =>
  ({ key, takenAt, sha256: 'a'.repeat(64), bytes: 12 }) as DumpManifest;

const dumps: DumpsFound = {
  latest: async () => manifest('dumps/new', '2026-01-09T19:30:05.000Z'),
  all: async () => [
    { key: 'dumps/old', begun: new Date('2025-12-01T19:30:00Z') },
    { key: 'dumps/new', begun: new Date('2026-01-09T19:30:00Z') },
    { key: 'dumps/mid', begun: new Date('2026-01-05T19:30:00Z') },
  ],
  manifest: async (key) => (key === 'dumps/mid' ? manifest(key, '2026-01-05T19:30:05.000Z') : undefined),
};
const planOf = (Source: DrillSource, found: DumpsFound | undefined = dumps, random = 0.9) =>
  planDrill(
    backups(),
    settings,
    { Id: 'shop-prod-drill-1', Kind: 'dump', Source },
    { now: new Date('2026-01-10T06:00:00Z'), random: () => random, dumps: found },
  );

test.each<[string, DrillSource, string, boolean]>([
  ['the newest, without a wish', {}, 'dumps/new', false],
  ['the newest that was begun by a time', { time: '2026-01-08T00:00:00Z' }, 'dumps/mid', true],
  ['one of the last days, by chance', { randomWithinDays: 30 }, 'dumps/mid', false],
])('a dump: %s', async (_, source, key, asked) => {
  expect(await planOf(source)).toMatchObject({
    Kind: 'dump',
    Asked: asked,
    Dump: { Key: key, Sha256: 'a'.repeat(64), Bytes: 12 },
    Chosen: expect.stringContaining(key),
  });
});

test.each<[string, DrillSource, DumpsFound | undefined, string]>([
  [
    'no dumps at all',
    {},
    { ...dumps, latest: async () => undefined },
    'does not have the newest dump that was read back',
  ],
  [
    'none so old',
    { time: '2025-01-01T00:00:00Z' },
    dumps,
    'does not have a dump that was begun by 2025-01-01T00:00:00Z',
  ],
  ['none so young', { randomWithinDays: 1 }, { ...dumps, all: async () => [] }, 'one of 0 dumps of the last 1 days'],
  ['no time', { time: 'soon' }, dumps, '"soon" is not a time; write it like 2026-11-21T04:00:00Z.'],
  [
    'a tier',
    { tier: 'daily' },
    dumps,
    'A drill of the kind dump takes no "tier" in its source; it takes time, randomWithinDays.',
  ],
])('a dump: %s is refused in a sentence', async (_, source, found, sentence) => {
  await expect(planOf(source, found)).rejects.toThrow(sentence);
});

test('an environment without dumps has none to restore', async () => {
  const input = { Id: 'shop-prod-drill-1', Kind: 'dump', Source: {} } as const;
  const asked = planDrill(backups(), settings, input, { now: new Date(), random: Math.random });
  await expect(asked).rejects.toThrow('There is nothing to restore: shop-prod has no dumps.');
});
