import { sweep, type TemporaryInstance } from '../../../lambdas/drill-sweep/sweep';

const now = new Date('2026-01-10T12:00:00Z');
const settings = { TemporaryPrefix: 'shop-prod-drill-', OlderThanHours: 10, Topic: 'arn:topic' };
const left: TemporaryInstance = {
  id: 'shop-prod-drill-1',
  status: 'available',
  created: new Date('2026-01-10T01:00:00Z'),
  tags: { 'plinth:purpose': 'drill' },
};

async function run(instances: readonly TemporaryInstance[], refuse = false) {
  const removed: string[] = [];
  const told: string[] = [];
  const swept = await sweep(
    {
      instances: async () => instances,
      remove: async (id) => {
        if (refuse) throw new Error('It is in the middle of something.');
        removed.push(id);
      },
      tell: async (subject, message) => {
        told.push(`${subject}: ${message}`);
      },
    },
    settings,
    now,
  );
  return { swept, removed, told };
}

test('what an aborted drill has left is removed, and somebody is told', async () => {
  const { removed, told } = await run([left]);
  expect(removed).toEqual(['shop-prod-drill-1']);
  expect(told).toEqual([
    'A drill left an instance behind: shop-prod-drill-1 was left behind by a drill; its deletion has begun.',
  ]);
});

test.each<[string, Partial<TemporaryInstance>]>([
  ['the database itself', { id: 'shop-prod' }],
  ['an instance of another environment', { id: 'shop-qa-drill-1' }],
  ['an instance of that name without the tag', { tags: {} }],
  ['an instance of that name with another purpose', { tags: { 'plinth:purpose': 'recovery' } }],
  ['a drill that may still be running', { created: new Date('2026-01-10T03:00:00Z') }],
  ['an instance whose age is not known', { created: undefined }],
  ['one that is being deleted already', { status: 'deleting' }],
])('%s is left alone', async (_, other) => {
  const { removed, told } = await run([{ ...left, ...other }]);
  expect([removed, told]).toEqual([[], []]);
});

test('a deletion that is refused is told, and does not keep the others', async () => {
  const { swept, told } = await run([left, { ...left, id: 'shop-prod-drill-2' }], true);
  expect(swept.failed).toHaveLength(2);
  expect(told[0]).toContain('Could not be deleted: shop-prod-drill-1: It is in the middle of something.');
});
