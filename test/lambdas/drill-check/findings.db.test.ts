// What a copy is judged by beside plain damage: times, recall, and what the config allows.
import type { DrillCheckResult } from '../../../lambdas/drill-check/contract';
import { type Copy, checkOf, failuresOf, inputFor, ivfflat, useCopies } from './copy';
import { vectorIndex } from './deployed';

const { onCopy } = useCopies();

beforeEach(() => jest.spyOn(process.stdout, 'write').mockImplementation(() => true));
afterEach(() => jest.restoreAllMocks());

/** As if all that the copy wrote of itself had been written so much earlier. */
const aged = (copy: Copy, interval: string) =>
  copy.run(
    `UPDATE plinth.heartbeats SET at = at - interval '${interval}'`,
    `UPDATE plinth.manifests SET at = at - interval '${interval}'`,
  );

const lossOf = ({ Measured: { LossMeasuredFrom, DataLossSeconds } }: DrillCheckResult) => ({
  from: LossMeasuredFrom,
  hours: Math.round((DataLossSeconds ?? 0) / 3_600),
});

onCopy('catches a stale snapshot: its newest heartbeat is older than the objective allows', async (copy) => {
  await aged(copy, '25 hours');
  const answer = await copy.check();
  expect(failuresOf(answer)).toEqual(['rpo']);
  expect(lossOf(answer)).toEqual({ from: 'request', hours: 25 });
  expect(checkOf(answer, 'rpo').Found).toMatch(/^25\.\d hours: from .*Z to the request, /);
});

onCopy('only warns of it where the config says so', async (copy) => {
  await aged(copy, '25 hours');
  const answer = await copy.check({ input: { OnMissed: { Rto: 'warn', Rpo: 'warn' } } });
  expect(failuresOf(answer)).toEqual([]);
  expect(checkOf(answer, 'rpo').Warning).toBe('The objective is missed, which only warns here.');
});

onCopy('measures the loss from the time that was asked for, and catches a copy of another time', async (copy) => {
  const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
  const times = { RequestedAt: at(30), AvailableAt: at(30) };
  const earlier = await copy.check({ input: { Restored: { To: at(5), ...times } } });
  expect(lossOf(earlier)).toEqual({ from: 'restorePoint', hours: 5 });
  expect(checkOf(earlier, 'heartbeat')).toMatchObject({
    Passed: false,
    Found: expect.stringMatching(/ The copy is of an earlier time, or the heartbeat had stopped.$/),
  });
  const later = await copy.check({ input: { Restored: { To: at(-1), ...times } } });
  expect(checkOf(later, 'heartbeat')).toMatchObject({
    Passed: false,
    Found: expect.stringMatching(/ seconds after the time that was asked for. The copy is of a later time.$/),
  });
  expect(failuresOf(later)).toContain('manifest');
  // A snapshot tells its own time, and the loss is still measured from the request.
  const taken = await copy.check({ input: { Restored: { TakenAt: at(0), ...times }, Objectives: undefined } });
  expect(failuresOf(taken)).toEqual([]);
  expect(lossOf(taken)).toEqual({ from: 'request', hours: 30 });
  const other = await copy.check({ input: { Restored: { TakenAt: at(3), ...times }, Objectives: undefined } });
  expect(failuresOf(other)).toEqual(['heartbeat']);
});

onCopy('a table that may shrink may, and tells so', async (copy) => {
  await copy.run('TRUNCATE public.conversations CASCADE');
  const mayShrink = ['public.conversations', 'public.messages', 'public.citations'];
  const { Checks } = inputFor(copy.instance);
  const answer = await copy.check({ input: { Checks: { ...Checks, mayShrink } } });
  expect(failuresOf(answer)).toEqual([]);
  expect(checkOf(answer, 'row-counts').Found).toContain(
    'May shrink, by the config: public.conversations, public.messages, public.citations.',
  );
});

onCopy('catches a vector index that finds too little, by the recall of an exact scan', async (copy) => {
  const { Expected, Checks } = inputFor(copy.instance);
  const blind = { embeddings_ivfflat: { ...vectorIndex, lists: 200, probes: 1 } };
  // Clusters of fifty vectors each are cut into many lists, of which one is searched.
  await copy.run('DROP INDEX public.embeddings_ivfflat', ivfflat('embeddings_ivfflat', 'lists = 200'));
  const input = { Expected: { ...Expected, VectorIndexes: blind }, Checks: { ...Checks, minimumRecallPercent: 100 } };
  const answer = await copy.check({ input });
  expect(failuresOf(answer)).toEqual(['vector-index:embeddings_ivfflat']);
  const check = checkOf(answer, 'vector-index:embeddings_ivfflat');
  expect(check.Found).toMatch(
    /^Recall@10 is 0\.\d+, less than the 1 asked for, over 50 searches with ivfflat.probes = 1;/,
  );
  expect(check.Evidence).toMatchObject({ Planner: 'chosen', Plan: { Plan: { 'Node Type': 'Limit' } } });
});

onCopy('a build that was going on when the backup was made is told, and no failure', async (copy) => {
  await copy.asMaster(async (session) => {
    await session.query('SET ROLE shop_owner');
    await session.query(
      `CREATE FUNCTION public.fails(int) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT 1 / ($1 - $1) > 0'`,
    );
    const build = ivfflat('CONCURRENTLY_').replace('INDEX CONCURRENTLY_', 'INDEX CONCURRENTLY embeddings_ivfflat__new');
    await expect(session.query(`${build} WHERE public.fails(passage)`)).rejects.toThrow();
  });
  const answer = await copy.check();
  expect(checkOf(answer, 'indexes')).toMatchObject({
    Passed: true,
    Warning: 'A build was going on when the backup was made: public.embeddings_ivfflat__new.',
  });
});
