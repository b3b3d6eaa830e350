import { openNativePlace } from '../../../postgres/native';
import { CannotError, type PostgresInstance, type PostgresPlace } from '../../../postgres/place';
import { query } from './helpers';

// Each test starts several servers, on a machine that may be busy with others.
jest.setTimeout(60_000);

let place: PostgresPlace;
let instance: PostgresInstance;
const moments: Date[] = [];

beforeAll(async () => {
  place = await openNativePlace();
  instance = await place.create({ archive: true, master: { password: 'first' } });
  await query(instance, 'CREATE TABLE events (n int)');
  for (let n = 1; n <= 3; n++) {
    const [row] = await query<{ at: Date }>(
      instance,
      `INSERT INTO events VALUES (${n}) RETURNING clock_timestamp() AS at`,
    );
    // The commit is within a millisecond or two of the statement; the moment after it must lie before the next one.
    await query(instance, 'SELECT pg_sleep(0.02)');
    moments.push(new Date((row?.at ?? new Date()).getTime() + 15));
  }
});
afterAll(() => place.close());

async function eventsOf(restored: PostgresInstance): Promise<number[]> {
  const rows = await query<{ n: number }>(restored, 'SELECT n FROM events ORDER BY n');
  return rows.map(({ n }) => n);
}

test('an instance comes back as it was at a moment, writable, beside the one that goes on', async () => {
  const restored = await instance.restoreToTime(moments[1] ?? new Date());
  expect(await eventsOf(restored)).toEqual([1, 2]);
  await query(restored, 'INSERT INTO events VALUES (9)');
  await restored.restart('immediate');
  expect(await eventsOf(restored)).toEqual([1, 2, 9]);
  expect(await eventsOf(instance)).toEqual([1, 2, 3]);
});

test('now is a moment too, even when nothing has happened since', async () => {
  const restored = await instance.restoreToTime(new Date(), { master: { password: 'second' } });
  expect(restored.master.password).toBe('second');
  expect(await eventsOf(restored)).toEqual([1, 2, 3]);
  await expect(query(restored, 'SELECT 1', { password: 'first' })).rejects.toMatchObject({ code: '28P01' });
});

test('a restored instance that archives can itself be restored', async () => {
  const restored = await instance.restoreToTime(moments[0] ?? new Date(), { archive: true });
  await query(restored, 'INSERT INTO events VALUES (7)');
  expect(await eventsOf(await restored.restoreToTime(new Date()))).toEqual([1, 7]);
});

test('a moment before the creation or after now is refused with the reason', async () => {
  const before = new Date(Date.now() - 3_600_000);
  await expect(instance.restoreToTime(before)).rejects.toThrow(
    `${before.toISOString()}, before its creation; the earliest is`,
  );
  const after = new Date(Date.now() + 3_600_000);
  await expect(instance.restoreToTime(after)).rejects.toThrow(
    `cannot be restored to ${after.toISOString()}: it is now`,
  );
  await expect(instance.restoreToTime(new Date('never'))).rejects.toThrow('Invalid Date');
});

test('without an archive it says that there is none', async () => {
  const plain = await place.create();
  const restore = plain.restoreToTime(new Date());
  await expect(restore).rejects.toBeInstanceOf(CannotError);
  await expect(restore).rejects.toThrow('it was started without archive');
});
