import type { InstanceSeen } from '../../../lambdas/recovery-plan/sight';
import { damaged, instance, live, liveOf, name, older, plan, restored } from './seen';

test('an instance that is being renamed is waited for', async () => {
  const instances = [live, damaged(name, { status: 'renaming' })];
  await expect(plan({ action: 'resume' }, { instances })).rejects.toMatchObject({ name: 'StillRenaming' });
});

test.each<[string, readonly InstanceSeen[], object]>([
  [
    'a copy is there',
    [live, restored(name)],
    { Next: 'prepare', Wanted: `shop-prod-restored-${name}`, Other: 'named' },
  ],
  [
    'nobody has the name',
    [damaged(name), restored(name)],
    { Next: 'swap', Wanted: `shop-prod-restored-${name}`, Other: 'aside' },
  ],
  ['the copy has the name', [damaged(name), liveOf(name)], { Next: 'swap', Wanted: 'shop-prod', Other: 'aside' }],
  [
    'the copy has the name, and the other is gone',
    [liveOf(name)],
    { Next: 'swap', Wanted: 'shop-prod', Other: 'none' },
  ],
  [
    'a copy is there, and the original is gone',
    [restored(name)],
    { Next: 'prepare', Wanted: `shop-prod-restored-${name}`, Other: 'none' },
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
  ['the copy has the name', [damaged(name), liveOf(name)], { Wanted: `shop-prod-damaged-${name}`, Other: 'named' }],
  ['nobody has the name', [damaged(name), restored(name)], { Wanted: `shop-prod-damaged-${name}`, Other: 'aside' }],
  ['it has been done', [live, restored(name)], { Wanted: 'shop-prod', Other: 'aside' }],
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
    Notes: [
      'The read replicas shop-prod-replica-1 stay with the instance that steps aside, and go on showing its data.',
      `Earlier recoveries have left shop-prod-restored-${name}; they are not touched.`,
    ],
  });
  const { Notes } = await plan({ action: 'resume' }, { instances: [restored(name)] });
  expect(Notes[0]).toBe('No instance is called shop-prod now, so nothing has to step aside.');
});
