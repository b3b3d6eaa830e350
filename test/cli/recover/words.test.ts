import { inPlainWords } from '../../../cli/recover/words';
import type { RecoveryPlan } from '../../../lambdas/recovery-plan/contract';
import type { Environment } from '../../../lib/config';

const environment = {
  ...{ prefix: 'shop-prod', name: 'prod' },
  recovery: { approvals: ['on-call'], approveWithinHours: 72 },
} as unknown as Environment;
const plan: RecoveryPlan = {
  ...{ Recovery: '1', Action: 'recover', Next: 'restore', Method: 'pointInTime', Source: 'shop-prod', Time: 't' },
  ...{ Snapshot: null, RestoresTo: '04:00', Asked: true, From: 'time', Chosen: 'the state of 04:00' },
  ...{ Wanted: 'shop-prod-restored-1', Aside: 'shop-prod-damaged-1', Other: 'named' },
  ...{ KeepUntil: '2026-12-05', Notes: [] },
};
const words = (more: Partial<RecoveryPlan>) => inPlainWords({ ...plan, ...more }, environment).join('\n');

test('whoever has the name is renamed, and kept', () => {
  const text = words({});
  expect(text).toContain('shop-prod is left as it is.');
  expect(text).toContain('shop-prod is renamed to shop-prod-damaged-1, and shop-prod-restored-1 to shop-prod.');
  expect(text).toContain('shop-prod-damaged-1 is kept until 2026-12-05 at least');
});

test('where nobody has it, nobody is said to be renamed or kept', () => {
  const text = words({ Other: 'none' });
  expect(text).toContain('shop-prod-restored-1 is renamed to shop-prod.');
  expect(text).toContain('What was written after 04:00 is lost.');
  expect(text).not.toContain('damaged');
  expect(text).not.toContain('left as it is');
});

test('half-way, the one that has stepped aside is kept, and not renamed once more', () => {
  const text = words({ Next: 'swap', Other: 'aside' });
  expect(text).toContain('shop-prod-restored-1 is renamed to shop-prod.');
  expect(text).toContain('shop-prod-damaged-1 is kept');
  expect(text).not.toContain('renamed to shop-prod-damaged-1');
});

test('what has the name already is renamed neither way', () => {
  expect(words({ Next: 'swap', Wanted: 'shop-prod', Other: 'aside' })).toContain('shop-prod has its name already.');
  const back = { Action: 'swapBack', Next: 'swap', Wanted: 'shop-prod', Aside: 'shop-prod-restored-1' } as const;
  const text = words({ ...back, Other: 'aside' });
  expect(text).toContain('There is nothing to swap back: shop-prod is the instance from before the recovery 1.');
  expect(text).not.toContain('renamed');
});

test('swapped back, both are renamed; half-way, only one is', () => {
  const back = {
    Action: 'swapBack',
    Next: 'swap',
    Wanted: 'shop-prod-damaged-1',
    Aside: 'shop-prod-restored-1',
  } as const;
  expect(words({ ...back, Other: 'named' })).toContain(
    'The restored instance is renamed to shop-prod-restored-1, and shop-prod-damaged-1 to shop-prod,',
  );
  expect(words({ ...back, Other: 'aside' })).toContain('shop-prod-damaged-1 is renamed to shop-prod,');
});
