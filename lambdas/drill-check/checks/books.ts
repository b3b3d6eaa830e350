import { idOf, ledgerLines } from '../../heartbeat/manifest/digests';
import { listed, type Reading, type ReadingCheck, sentences } from '../check';
import { momentOf, newestHeartbeat } from '../times';

/** The ledger of the copy against the migrations that are deployed. */
export const ledger: ReadingCheck = {
  name: 'migrations',
  title: 'The copy has the migrations that are deployed',
  expected: 'The ledger holds exactly the deployed migrations, each with its checksum.',
  run: async ({ session, project }) => {
    const found = await ledgerLines(session);
    const { migrations } = project;
    const ids = found.map(idOf);
    const behind = migrations.map(idOf).filter((id) => !ids.includes(id));
    const unknown = ids.filter((id) => !migrations.map(idOf).includes(id));
    const other = found.filter((line) => !migrations.includes(line) && !unknown.includes(idOf(line))).map(idOf);
    const problems = [
      ...(behind.length > 0 ? [`It is behind by ${behind.length}: ${listed(behind)}.`] : []),
      ...(unknown.length > 0 ? [`It has ${listed(unknown)}, which this deployment does not know.`] : []),
      ...(other.length > 0 ? [`Other than deployed, or not finished: ${listed(other)}.`] : []),
    ];
    const head = ids.at(-1) ?? 'none';
    return {
      passed: problems.length === 0,
      found: `${ids.length} of ${migrations.length} migrations, the newest is ${head}. ${problems.join(' ')}`.trim(),
      evidence: { Head: head, Count: ids.length, DeployedHead: idOf(migrations.at(-1) ?? 'none') },
    };
  },
};

const minute = 60_000;

/** Whether the copy is of the time that it should be of, by its own pulse. */
export const heartbeat = ({ input }: Pick<Reading, 'input'>): ReadingCheck => {
  const { point, exact } = momentOf(input.Restored);
  // A snapshot tells when it was asked for, a moment before or after what it holds; a point in time is exact.
  const slackMs = exact ? 5_000 : 10 * minute;
  // Three heartbeats missed in a row are no accident; RDS ships its log every five minutes.
  const oldestMs = 3 * input.Expected.HeartbeatMinutes * minute + 10 * minute;
  const when = point === undefined ? 'the request' : exact ? 'the time that was asked for' : 'the time of the source';
  return {
    name: 'heartbeat',
    title: 'The copy is of the time that it should be of',
    expected:
      point === undefined
        ? 'A heartbeat, and none after the request.'
        : `A heartbeat within ${Math.round(oldestMs / minute)} minutes before ${when}, ${point}, and none after it.`,
    run: async ({ session }) => {
      const newest = await newestHeartbeat(session);
      if (newest === undefined) return { passed: false, found: 'There is no heartbeat in the copy.' };
      const reference = point ?? input.Restored.RequestedAt;
      const ageMs = Date.parse(reference) - Date.parse(newest);
      const found = `The newest is of ${newest}, ${seconds(ageMs)} ${when}.`;
      const tooNew = ageMs < -slackMs;
      const tooOld = point !== undefined && ageMs > oldestMs;
      const why = tooNew
        ? ' The copy is of a later time.'
        : tooOld
          ? ' The copy is of an earlier time, or the heartbeat had stopped.'
          : '';
      return { passed: !tooNew && !tooOld, found: found + why, evidence: { Newest: newest, Reference: reference } };
    },
  };
};

const seconds = (ms: number) => {
  const whole = Math.round(Math.abs(ms) / 1_000);
  return `${whole} ${whole === 1 ? 'second' : 'seconds'} ${ms < 0 ? 'after' : 'before'}`;
};

/** Without a manifest, most of the other checks have nothing to go by. */
export const manifest = ({ input }: Pick<Reading, 'input'>): ReadingCheck => ({
  name: 'manifest',
  title: 'The copy holds a manifest of its time',
  expected: `A manifest no older than ${3 * input.Expected.ManifestMinutes} minutes before the newest heartbeat.`,
  run: async ({ session, manifests }) => {
    const newest = manifests.at(-1);
    if (newest === undefined) {
      return { passed: false, found: 'There is none, so nothing tells what the copy should hold.' };
    }
    const beat = await newestHeartbeat(session);
    const ageMs = Date.parse(beat ?? newest.at) - Date.parse(newest.at);
    const passed = ageMs <= 3 * input.Expected.ManifestMinutes * minute;
    const found = `The newest of ${manifests.length} is of ${newest.at}, ${seconds(ageMs)} the newest heartbeat.`;
    const { incomplete } = newest;
    return {
      passed,
      found: passed ? found : `${found} The function that writes it fails; its log tells why.`,
      ...(incomplete.length > 0 && { warning: `It is not complete: ${sentences(incomplete, 3)}` }),
      evidence: { Manifests: manifests.map(({ at }) => at), Incomplete: incomplete },
    };
  },
});
