import { watch } from '../../../lambdas/drill-watch/watch';

beforeEach(() => void jest.spyOn(process.stdout, 'write').mockReturnValue(true));
afterEach(() => jest.restoreAllMocks());

const weekly = { Kinds: ['snapshot', 'pointInTime'], WithinHours: 8 * 24 };
const day = (n: number, hour = 12) => new Date(Date.UTC(2026, 0, n, hour));

/** The evidence of drills that ended on these days of January. */
function evidence(...ended: readonly (readonly [kind: string, day: number])[]) {
  const objects = new Map<string, string>();
  for (const [kind, at] of ended) {
    const EndedAt = day(at).toISOString();
    objects.set(
      `history/${EndedAt.replaceAll(':', '')}-${kind}.json`,
      JSON.stringify({ EndedAt, Record: { Kind: kind } }),
    );
  }
  const read: string[] = [];
  return {
    ...{ objects, read },
    watched: {
      list: async (prefix: string) => [...objects.keys()].filter((key) => key.startsWith(prefix)).sort(),
      read: async (key: string) => {
        read.push(key);
        return objects.get(key);
      },
      write: async (key: string, body: string) => void objects.set(key, body),
    },
  };
}

const kindsAt = async ({ watched }: ReturnType<typeof evidence>, at: Date) =>
  (await watch(watched, weekly, at)).map(({ kind }) => kind);

test('nothing is overdue before the first drill is due, counted from the first look', async () => {
  const there = evidence();
  expect(await kindsAt(there, day(1))).toEqual([]);
  expect(await kindsAt(there, day(9))).toEqual([]);
  expect(await kindsAt(there, day(9, 13))).toEqual(['snapshot', 'pointInTime']);
});

test('each kind is judged by itself, by its newest drill', async () => {
  const there = evidence(['snapshot', 1], ['pointInTime', 1], ['snapshot', 8]);
  await kindsAt(there, day(1));
  expect(await watch(there.watched, weekly, day(10))).toEqual([
    { kind: 'pointInTime', last: day(1).toISOString(), since: day(1).toISOString() },
  ]);
});

test('a drill that comes makes it good again', async () => {
  const there = evidence(['snapshot', 1]);
  await kindsAt(there, day(1));
  expect(await kindsAt(there, day(20))).toEqual(['snapshot', 'pointInTime']);
  const more = evidence(['snapshot', 1], ['snapshot', 20], ['pointInTime', 20]);
  for (const [key, body] of more.objects) there.objects.set(key, body);
  expect(await kindsAt(there, day(21))).toEqual([]);
});

test('a kind that is new is due only from then on', async () => {
  const there = evidence(['snapshot', 15]);
  await watch(there.watched, { ...weekly, Kinds: ['snapshot'] }, day(1));
  expect(await kindsAt(there, day(20))).toEqual([]);
});

test('a long history is not read through', async () => {
  const there = evidence(...Array.from({ length: 28 }, (_, i) => ['snapshot', i + 1] as const), ['pointInTime', 29]);
  await kindsAt(there, day(29));
  expect(there.read.filter((key) => key.startsWith('history/'))).toHaveLength(2);
});
