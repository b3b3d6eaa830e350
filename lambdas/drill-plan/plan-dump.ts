import type { DumpManifest } from '../dump-record/contract';
import { OperationError } from '../shared/errors';
import type { DrillPlan, DrillSource } from './contract';
import type { DumpsFound } from './dumps';

const dayMs = 24 * 60 * 60_000;

/** The newest dump, the newest that was begun by a time, or one of the last days by chance. */
export async function pickDump(
  dumps: DumpsFound,
  { time, randomWithinDays }: DrillSource,
  { now, random }: { readonly now: Date; readonly random: () => number },
): Promise<DrillPlan> {
  if (time === undefined && randomWithinDays === undefined) {
    return planned(await dumps.latest(), 'the newest dump that was read back', false);
  }
  const newest = [...(await dumps.all())].sort((a, b) => b.begun.getTime() - a.begun.getTime());
  const read = async (key: string | undefined) => (key === undefined ? undefined : dumps.manifest(key));
  if (time !== undefined) {
    const wanted = new Date(time);
    if (Number.isNaN(wanted.getTime())) {
      throw new OperationError(`"${time}" is not a time; write it like 2026-11-21T04:00:00Z.`);
    }
    const found = newest.find(({ begun }) => begun <= wanted);
    return planned(await read(found?.key), `a dump that was begun by ${time}`, true);
  }
  const days = randomWithinDays ?? 0;
  const recent = newest.filter(({ begun }) => now.getTime() - begun.getTime() <= days * dayMs);
  const drawn = recent[Math.floor(random() * recent.length)];
  return planned(await read(drawn?.key), `one of ${recent.length} dumps of the last ${days} days, by chance`, false);
}

function planned(found: DumpManifest | undefined, what: string, Asked: boolean): DrillPlan {
  if (!found) throw new OperationError(`There is nothing to restore: the bucket of the dumps does not have ${what}.`);
  const { key, sha256, bytes, takenAt } = found;
  return {
    Kind: 'dump',
    Dump: { Key: key, Sha256: sha256, Bytes: bytes },
    RestoresTo: new Date(takenAt).toISOString(),
    Asked,
    // A dump is as old as its schedule, and is loaded row by row.
    Objectives: [],
    Chosen: `${what}: ${key}, of ${takenAt}`,
  };
}
