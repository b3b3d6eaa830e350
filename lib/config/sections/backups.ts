import { type Field, isObject, type Loose, optional, orElse, type Parser, required, section } from '../fields';
import { account, region } from '../names';
import type { Backups, Copy, Dumps, VaultLock } from '../project';
import { also, integer, oneOf, wordOr } from '../values';
import { backupWindowText } from '../windows';

/** AWS Backup keeps a recovery point for 1 to 36,500 days. */
const keepDays = required('the days to keep it', integer(1, 36_500, 'AWS Backup takes'));

const keepHours = required(
  'the hours to keep it',
  also(integer(24, 876_000, 'AWS Backup takes whole days, as hours from'), (hours) =>
    hours % 24 === 0 ? undefined : 'is not a whole number of days; AWS Backup takes multiples of 24',
  ),
);

const tier = (least: number, why: string) =>
  orElse(
    'none',
    wordOr(
      'none',
      section<{ readonly keepDays: number }>(
        {
          keepDays: also(keepDays, (days) =>
            days < least ? `is shorter than the time to the next one; ${why}` : undefined,
          ),
        },
        { keepHours: 'is for the hourly tier; write keepDays' },
      ),
    ),
  );

const dumps: Parser<Loose<Dumps>> = (field) => {
  const parsed = section<Dumps>({
    schedule: required("'daily' or 'weekly'", oneOf('daily', 'weekly')),
    keepDays: required('the days to keep them', integer(1, 36_500, 'S3 takes')),
    lockDays: orElse(0, integer(0, 36_500, 'S3 takes')),
    glacierAfterDays: orElse('none', wordOr('none', integer(1, 36_500, 'S3 takes'))),
    maximumShrinkPercent: orElse(20, integer(1, 100, 'a share is')),
  })(field);
  const { schedule, keepDays: kept, lockDays, glacierAfterDays } = parsed ?? {};
  if (kept !== undefined && lockDays !== undefined && lockDays > kept) {
    field.at('lockDays', lockDays).refuse(`is longer than keepDays, ${kept}; a dump cannot expire while it is locked`);
  }
  if (typeof glacierAfterDays === 'number' && kept !== undefined && glacierAfterDays >= kept) {
    field
      .at('glacierAfterDays', glacierAfterDays)
      .refuse(`is not before keepDays, ${kept}; a dump would be gone by then`);
  }
  if (schedule === 'weekly' && kept !== undefined && kept < 7) {
    field
      .at('keepDays', kept)
      .refuse('is shorter than the time to the next one; keep a weekly dump for 7 days at least');
  }
  return parsed;
};

const lockDays = integer(1, 36_500, 'AWS Backup takes');

const vaultLock: Parser<Loose<VaultLock>> = (field) => {
  const shared = {
    minimumDays: required('the days that every backup is kept at least', lockDays),
    maximumDays: required('the days that every backup is kept at most', lockDays),
  };
  const mode = required("'governance' or 'compliance'", oneOf('governance', 'compliance'));
  const isGovernance = isObject(field.value) && field.value['mode'] === 'governance';
  const parsed = isGovernance
    ? section<Extract<VaultLock, { mode: 'governance' }>>(
        { ...shared, mode: mode as Parser<'governance'> },
        { changeableForDays: "goes with the mode 'compliance'; this is 'governance'" },
      )(field)
    : section<Extract<VaultLock, { mode: 'compliance' }>>({
        ...shared,
        mode: mode as Parser<'compliance'>,
        changeableForDays: orElse(3, integer(3, 36_500, 'AWS Backup takes')),
      })(field);
  if (parsed !== undefined) checkLock(parsed, field);
  return parsed;
};

function checkLock({ minimumDays, maximumDays }: Loose<VaultLock>, field: Field): void {
  if (minimumDays === undefined || maximumDays === undefined || minimumDays <= maximumDays) return;
  field.at('minimumDays', minimumDays).refuse(`is over maximumDays, ${maximumDays}`);
}

export const backups: Parser<Loose<Backups>> = section<Backups>({
  window: orElse('15:30-16:00', backupWindowText),
  retentionDays: orElse(7, integer(0, 35, 'RDS keeps automated backups for')),
  hourly: orElse(
    'none',
    wordOr(
      'none',
      section<{ readonly keepHours: number }>({ keepHours }, { keepDays: 'is for the other tiers; write keepHours' }),
    ),
  ),
  daily: tier(1, 'keep a daily one for 1 day at least'),
  weekly: tier(7, 'keep a weekly one for 7 days at least'),
  monthly: tier(31, 'keep a monthly one for 31 days at least'),
  dumps: orElse('none', wordOr('none', dumps)),
  vaultLock: orElse('none', wordOr('none', vaultLock)),
  copyTo: orElse(
    'none',
    wordOr('none', section<Copy>({ region: optional(region), account: optional(account), keepDays })),
  ),
});
