import type { DumpManifest, DumpResult } from '../../../lambdas/dump-record/contract';
import { type DumpStore, recordDump, watchDumps } from '../../../lambdas/dump-record/record';

const result = (change: Partial<DumpResult> = {}): DumpResult => ({
  sha256: 'a'.repeat(64),
  bytes: 1000,
  client: '16.16',
  server: '16.14',
  takenAt: '2026-03-04T05:06:07.123Z',
  verifiedAt: '2026-03-04T05:16:07Z',
  seconds: 600,
  migrationHead: '005_citations',
  rows: { 'public.documents': 3 },
  ...change,
});

/** A bucket with one dump in it, as its task leaves it. */
function bucket(key: string, left: object = result(), bytes = 1000) {
  const objects = new Map([[`${key}/result.json`, JSON.stringify(left)]]);
  const sizes = new Map([[`${key}/database.dump`, bytes]]);
  const measured: Record<string, number>[] = [];
  const store: DumpStore = {
    read: async (name) => objects.get(name),
    write: async (name, text) => {
      objects.set(name, text);
    },
    size: async (name) => sizes.get(name),
  };
  const add = (other: string, more: object, size: number) => {
    objects.set(`${other}/result.json`, JSON.stringify(more));
    sizes.set(`${other}/database.dump`, size);
  };
  const latest = () => JSON.parse(objects.get('latest.json') ?? 'null') as DumpManifest | null;
  const record = (of: string) =>
    recordDump(store, (metrics) => measured.push({ ...metrics }), { Action: 'record', Key: of, Execution: 'arn:e' });
  const watch = (now: string) => watchDumps(store, (metrics) => measured.push({ ...metrics }), new Date(now));
  return { store, objects, sizes, measured, add, latest, record, watch };
}

test('the first dump becomes the latest, with its manifest beside it', async () => {
  const { record, latest, objects, measured } = bucket('dumps/1');
  const manifest = await record('dumps/1');
  expect(manifest).toEqual({
    format: 1,
    ...result(),
    key: 'dumps/1',
    execution: 'arn:e',
    previous: null,
    shrankPercent: 0,
  });
  expect(latest()).toEqual(manifest);
  expect(objects.get('dumps/1/manifest.json')).toBe(objects.get('latest.json'));
  expect(measured).toEqual([{ DumpBytes: 1000, DumpSeconds: 600, DumpShrankPercent: 0 }]);
});

test.each([
  [700, 30],
  [999, 0.1],
  [1000, 0],
  [5000, 0],
])('a dump of %i bytes after one of 1000 shrank by %d percent', async (bytes, percent) => {
  const { record, add, measured } = bucket('dumps/1');
  await record('dumps/1');
  add('dumps/2', result({ bytes, takenAt: '2026-03-05T05:06:07Z' }), bytes);
  expect(await record('dumps/2')).toMatchObject({
    shrankPercent: percent,
    previous: { key: 'dumps/1', bytes: 1000 },
  });
  expect(measured.at(-1)).toMatchObject({ DumpShrankPercent: percent });
});

test('one that began earlier and ended later does not take the place of a younger one', async () => {
  const { record, add, latest, objects } = bucket('dumps/young');
  await record('dumps/young');
  add('dumps/slow', result({ takenAt: '2026-03-03T00:00:00Z' }), 1000);
  await record('dumps/slow');
  expect(latest()?.key).toBe('dumps/young');
  expect(objects.has('dumps/slow/manifest.json')).toBe(true);
});

test('recording the same dump again changes nothing: it is not held against itself', async () => {
  const { record, latest } = bucket('dumps/1');
  await record('dumps/1');
  await record('dumps/1');
  expect(latest()).toMatchObject({ key: 'dumps/1', previous: null });
});

test.each<[string, Parameters<typeof bucket>, RegExp]>([
  ['another size in S3', ['dumps/1', result(), 999], /The dump dumps\/1 has 999 bytes, and should have 1000 bytes/],
  ['no checksum', ['dumps/1', result({ sha256: '' })], /result.json of the dump dumps\/1 is not whole/],
  ['no time', ['dumps/1', result({ takenAt: 'soon' })], /is not whole/],
  ['no rows', ['dumps/1', { ...result(), rows: undefined }], /is not whole/],
])('a dump with %s does not become known', async (_, given, message) => {
  const { record, latest } = bucket(...given);
  await expect(record('dumps/1')).rejects.toThrow(message);
  expect(latest()).toBeNull();
});

test('a dump that the task did not verify does not become known', async () => {
  await expect(bucket('dumps/1').record('dumps/2')).rejects.toThrow('The dump dumps/2 has no result.json');
});

test('the age of the newest dump is told in hours, and nothing is told where there is none', async () => {
  const { record, watch, measured } = bucket('dumps/1');
  expect(await watch('2026-03-04T05:06:07.123Z')).toEqual({ Hours: null });
  expect(measured).toEqual([]);
  await record('dumps/1');
  await watch('2026-03-05T11:06:07.123Z');
  expect(measured.at(-1)).toEqual({ DumpAgeHours: 30 });
});

test('a dump that is known and no longer there is no dump: nothing is told, so the alarm rings', async () => {
  const { record, watch, sizes, measured } = bucket('dumps/1');
  await record('dumps/1');
  sizes.delete('dumps/1/database.dump');
  await expect(watch('2026-03-05T00:00:00Z')).rejects.toThrow('The dump dumps/1 is not there');
  expect(measured).toHaveLength(1);
});
