import { type Field, type Loose, optional, orElse, type Parser, section } from '../fields';
import type { Instance } from '../project';
import { flag, integer, matching, wordOr } from '../values';
import { maintenanceWindowText } from '../windows';

/** gp3 of RDS: up to here the baseline of 3,000 IOPS and 125 MiB/s is fixed; from here on more can be bought. */
const striped = 400;
const mostStorage = 65_536;

const size = /^db\.[a-z][a-z0-9]*(-[a-z]+)*\.(micro|small|medium|large|(\d+)?xlarge)$/;

const storage = integer(20, mostStorage, 'RDS takes GiB from');

export const instance: Parser<Loose<Instance>> = (field) => {
  const parsed = section<Instance>({
    class: orElse('db.t4g.medium', matching(size, "is not an instance class; write it like 'db.t4g.medium'")),
    multiAz: orElse(false, flag),
    deletionProtection: orElse(true, flag),
    storageGiB: orElse(50, storage),
    maxStorageGiB: optional(wordOr('none', storage)),
    iops: optional(integer(12_000, 64_000, 'gp3 takes')),
    throughputMiBps: optional(integer(500, 4_000, 'gp3 takes')),
    readReplicas: orElse(0, integer(0, 15, 'RDS takes')),
    maintenanceWindow: orElse('sun:16:30-sun:17:30', maintenanceWindowText),
    autoMinorUpgrade: orElse(true, flag),
  })(field);
  if (parsed?.storageGiB === undefined) return parsed;
  checkStorage(parsed, parsed.storageGiB, field);
  return { ...parsed, maxStorageGiB: parsed.maxStorageGiB ?? roomToGrow(parsed.storageGiB) };
};

/** RDS wants the limit of growth a tenth over what is there. */
const leastGrowth = (gib: number) => Math.ceil((gib * 11) / 10);

const roomToGrow = (gib: number) => (leastGrowth(gib) > mostStorage ? 'none' : Math.min(2 * gib, mostStorage));

function checkStorage({ maxStorageGiB, iops, throughputMiBps }: Loose<Instance>, gib: number, field: Field): void {
  if (typeof maxStorageGiB === 'number' && maxStorageGiB < leastGrowth(gib)) {
    const wanted = `RDS wants a tenth over storageGiB, ${leastGrowth(gib)}, or write 'none'`;
    field.at('maxStorageGiB', maxStorageGiB).refuse(`is too low; ${wanted}`);
  }
  for (const [key, value] of Object.entries({ iops, throughputMiBps })) {
    if (value === undefined || gib >= striped) continue;
    field.at(key, value).refuse(`can be set from ${striped} GiB on; storageGiB is ${gib}`);
  }
  if (iops !== undefined && throughputMiBps !== undefined && throughputMiBps > iops / 4) {
    field.at('throughputMiBps', throughputMiBps).refuse(`is over a quarter of iops, ${iops / 4}`);
  }
}
