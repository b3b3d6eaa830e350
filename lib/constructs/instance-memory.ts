import type { Instance } from '../config/project';

// GiB of memory of an instance's smallest full size, `large`; each size up doubles it. What is not here (a family that
// came later) gets the server's own defaults rather than a guess.
const largeGiB: Readonly<Record<string, number>> = { t: 8, m: 8, c: 4, r: 16, x: 32 };
const beforeLarge: Readonly<Record<string, number>> = { micro: 1 / 8, small: 1 / 4, medium: 1 / 2 };

/** Memory of an instance class such as `db.r7g.2xlarge`, in GiB. */
export function memoryGiB(instanceClass: string): number | undefined {
  const [, family = '', count, size = ''] = /^db[.]([a-z])[a-z0-9-]*[.](\d*)(micro|small|medium|large|xlarge)$/.exec(
    instanceClass,
  ) ?? [undefined, '', undefined, ''];
  const large = largeGiB[family];
  if (large === undefined) return undefined;
  if (size === 'xlarge') return large * 2 * Number(count || 1);
  return large * (beforeLarge[size] ?? 1);
}

/**
 * Server parameters for building vector indexes. A build wants its graph in memory: an eighth of the instance leaves
 * room for a quarter of shared buffers (RDS's own share) and for the sessions of a deploy in mid-traffic; over 8 GiB a
 * build gains nothing that a bigger instance would not give it. In kB, as RDS takes it; never under PostgreSQL's 64 MB.
 */
export function vectorParameters(instanceClass: string): Record<string, string> {
  const gib = memoryGiB(instanceClass);
  if (gib === undefined) return {};
  const kb = Math.round(Math.min(Math.max(gib / 8, 1 / 16), 8) * 1024 * 1024);
  return { maintenance_work_mem: String(kb) };
}

/** What the storage of an instance may have grown to. */
export const mostStorageGiB = ({ storageGiB, maxStorageGiB }: Instance): number =>
  maxStorageGiB === 'none' ? storageGiB : maxStorageGiB;
