import { OperationError } from '../shared/errors';
import { log } from '../shared/log';
import { type DumpManifest, type DumpResult, dumpFiles, dumpMetrics, latestKey, type RecordInput } from './contract';

/** The bucket of the dumps, as far as it is needed here. */
export interface DumpStore {
  read(key: string): Promise<string | undefined>;
  write(key: string, text: string): Promise<void>;
  /** Undefined where there is no such object. */
  size(key: string): Promise<number | undefined>;
}

export type Measure = (metrics: Readonly<Record<string, number>>) => void;

/**
 * Makes a dump known: its manifest is written beside it, and `latest` moves to it. The task has read back what is stored;
 * here the object is looked at once more, since from now on it counts as a backup.
 */
export async function recordDump(store: DumpStore, measure: Measure, input: RecordInput): Promise<DumpManifest> {
  const { Key: key, Execution: execution } = input;
  const result = parseResult(await store.read(`${key}/${dumpFiles.result}`), key);
  await expectWhole(store, key, result.bytes);
  const latest = await readLatest(store);
  const previous = latest && latest.key !== key ? { key: latest.key, bytes: latest.bytes } : null;
  const shrankPercent = previous ? shrinkage(previous.bytes, result.bytes) : 0;
  const manifest: DumpManifest = { format: 1, ...result, key, execution, previous, shrankPercent };
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  await store.write(`${key}/${dumpFiles.manifest}`, text);
  // Two may run at once, and the slower one began earlier.
  if (latest === undefined || latest.takenAt <= manifest.takenAt) await store.write(latestKey, text);
  measure({
    [dumpMetrics.bytes]: manifest.bytes,
    [dumpMetrics.seconds]: manifest.seconds,
    [dumpMetrics.shrank]: shrankPercent,
  });
  return manifest;
}

/** Tells how old the newest dump is. Where there is none, or it is not whole, nothing is told, and the alarm rings. */
export async function watchDumps(
  store: DumpStore,
  measure: Measure,
  now: Date,
): Promise<{ readonly Hours: number | null }> {
  const latest = await readLatest(store);
  if (!latest) {
    log('WARN', 'There is no dump yet that was read back.');
    return { Hours: null };
  }
  await expectWhole(store, latest.key, latest.bytes);
  const Hours = Math.max(0, (now.getTime() - Date.parse(latest.takenAt)) / 3_600_000);
  measure({ [dumpMetrics.age]: Hours });
  return { Hours };
}

export async function readLatest(store: Pick<DumpStore, 'read'>): Promise<DumpManifest | undefined> {
  const text = await store.read(latestKey);
  return text === undefined ? undefined : (JSON.parse(text) as DumpManifest);
}

async function expectWhole(store: DumpStore, key: string, bytes: number): Promise<void> {
  const size = await store.size(`${key}/${dumpFiles.dump}`);
  if (size === bytes) return;
  const found = size === undefined ? 'is not there' : `has ${size} bytes`;
  throw new OperationError(`The dump ${key} ${found}, and should have ${bytes} bytes.`);
}

/** What a task wrote is believed only where all of it is there. */
function parseResult(text: string | undefined, key: string): DumpResult {
  if (text === undefined) throw new OperationError(`The dump ${key} has no ${dumpFiles.result}: it was not verified.`);
  const { sha256, bytes, client, server, takenAt, verifiedAt, seconds, migrationHead, rows } = JSON.parse(
    text,
  ) as Partial<DumpResult>;
  const whole =
    /^[0-9a-f]{64}$/.test(sha256 ?? '') &&
    Number.isInteger(bytes) &&
    Number.isInteger(seconds) &&
    [client, server, migrationHead].every((each) => typeof each === 'string' && each !== '') &&
    [takenAt, verifiedAt].every((each) => !Number.isNaN(Date.parse(each ?? ''))) &&
    typeof rows === 'object';
  if (!whole)
    throw new OperationError(`The ${dumpFiles.result} of the dump ${key} is not whole: ${text.slice(0, 300)}`);
  return { sha256, bytes, client, server, takenAt, verifiedAt, seconds, migrationHead, rows } as DumpResult;
}

const shrinkage = (before: number, after: number) =>
  before <= 0 ? 0 : Math.max(0, Math.round((1 - after / before) * 1000) / 10);
