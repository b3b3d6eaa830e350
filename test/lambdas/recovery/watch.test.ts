import { sweep } from '../../../lambdas/drill-sweep/sweep';
import type { InstanceSeen } from '../../../lambdas/recovery-plan/sight';
import { watch } from '../../../lambdas/recovery-watch/watch';

const settings = { Instance: 'shop-prod', Environment: 'prod', KeepDays: 14, Topic: 't' };
const now = new Date('2026-12-10T00:00:00Z');

const instance = (id: string, tags: Record<string, string> = {}, status = 'available'): InstanceSeen => ({
  ...{ id, status, tags, created: now, restorableTo: undefined, retentionDays: 7, replicas: [] },
});

async function watched(...instances: InstanceSeen[]) {
  const told: string[] = [];
  const tell = async (subject: string, message: string) => void told.push(subject, message);
  const found = await watch({ instances: async () => instances, tell }, settings, now);
  return { ...found, told };
}

test('what has been kept long enough is told, by its tag or else by the day of its recovery', async () => {
  const { over, told } = await watched(
    instance('shop-prod'),
    instance('shop-prod-damaged-20261120-000000'),
    instance('shop-prod-damaged-20261121-000000', { 'plinth:keep-until': '2027-01-01' }),
    instance('shop-prod-restored-20261204-000000', { 'plinth:keep-until': '2026-12-09' }),
    instance('shop-prod-damaged-20261205-000000'),
    instance('shop-prod-damaged-20261101-000000', {}, 'deleting'),
    instance('shop-prod-drill-20261101-000000'),
  );
  expect(over).toEqual(['shop-prod-damaged-20261120-000000', 'shop-prod-restored-20261204-000000']);
  expect(told[0]).toBe('What a recovery left may be deleted: shop-prod');
  expect(told[1]).toContain('docs/recovery.md#when-the-time-is-over');
});

test('nothing is told while everything is in order', async () => {
  expect((await watched(instance('shop-prod'), instance('shop-prod-damaged-20261205-000000'))).told).toEqual([]);
  // An environment that is gone has no instance, and nothing beside it.
  expect((await watched()).told).toEqual([]);
});

test('a recovery that stopped between its two renames is told every day, with both ways out', async () => {
  const { nameless, told } = await watched(
    instance('shop-prod-damaged-20261209-000000'),
    instance('shop-prod-restored-20261209-000000'),
  );
  expect(nameless).toBe(true);
  expect(told).toEqual([
    'No instance is called shop-prod',
    [
      'No instance is called shop-prod, and shop-prod-damaged-20261209-000000, shop-prod-restored-20261209-000000 stand beside it: a recovery stopped between its two renames.',
      'Finish it by "npx plinth recover resume --env prod", or undo it by "npx plinth recover swap-back --env prod".',
    ].join('\n'),
  ]);
});

test('the sweeper of the drills passes over what recoveries have made', async () => {
  const removed: string[] = [];
  const instances = ['shop-prod', 'shop-prod-damaged-20261120-000000', 'shop-prod-restored-20261120-000000'].map(
    (id) => ({
      ...{ id, status: 'available', created: new Date(0) },
      // Even with the tag of a drill, as a snapshot of one might bring it.
      tags: { 'plinth:purpose': 'drill' },
    }),
  );
  const seams = {
    instances: async () => instances,
    remove: async (id: string) => void removed.push(id),
    tell: async () => {},
  };
  await sweep(seams, { TemporaryPrefix: 'shop-prod-drill-', OlderThanHours: 10, Topic: 't' }, now);
  expect(removed).toEqual([]);
});
