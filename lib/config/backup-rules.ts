import type { Loose } from './fields';
import type { Backups, DrillKind, Instance } from './project';
import { longestGap, quietHours, quietTime, type Windows } from './quiet-time';
import type { Rule } from './rules';

type Tier = 'hourly' | 'daily' | 'weekly' | 'monthly';

/** From the most frequent to the rarest, and how old the newest one may be, in minutes. A month has up to 31 days. */
const intervals: readonly (readonly [Tier, number])[] = [
  ['hourly', 60],
  ['daily', 24 * 60],
  ['weekly', 7 * 24 * 60],
  ['monthly', 31 * 24 * 60],
];

/** The days that a tier is kept; nothing for one that is off or could not be parsed. */
function daysOf(backups: Loose<Backups> | undefined, tier: Tier): number | undefined {
  const kept = backups?.[tier];
  if (kept === undefined || kept === 'none') return undefined;
  if ('keepHours' in kept && typeof kept.keepHours === 'number') return kept.keepHours / 24;
  return 'keepDays' in kept && typeof kept.keepDays === 'number' ? kept.keepDays : undefined;
}

const keyOf = (tier: Tier) => `backups.${tier}.${tier === 'hourly' ? 'keepHours' : 'keepDays'}`;
const shown = (tier: Tier, days: number) => (tier === 'hourly' ? days * 24 : days);

const rarerIsKeptLonger: Rule = ({ backups }, at) => {
  let longest: { readonly tier: Tier; readonly days: number } | undefined;
  for (const [tier] of intervals) {
    const days = daysOf(backups, tier);
    if (days === undefined) continue;
    if (longest !== undefined && days < longest.days) {
      const sentence = `is shorter than the ${longest.tier} tier is kept, ${longest.days} days; a rarer one is kept at least as long`;
      at(keyOf(tier), shown(tier, days)).refuse(sentence);
    } else longest = { tier, days };
  }
};

/** AWS Backup fails a job that would begin in one of RDS's windows, or in the hour before one. */
const tiersHaveATime: Rule = ({ backups, instance }, at) => {
  const windows = windowsOf(backups, instance);
  if (windows === undefined || intervals.every(([tier]) => backups?.[tier] === 'none')) return;
  if (quietTime(windows) !== undefined) return;
  const sentence = `leaves no time for the tiers: AWS Backup begins nothing in it, nor in the maintenance window, '${windows.instance.maintenanceWindow}', nor in the hour before each; make one of them shorter`;
  at('backups.window', windows.backups.window).refuse(sentence);
};

function windowsOf(backups: Loose<Backups> | undefined, instance: Loose<Instance> | undefined): Windows | undefined {
  const { window, retentionDays } = backups ?? {};
  const { maintenanceWindow } = instance ?? {};
  if (window === undefined || retentionDays === undefined || maintenanceWindow === undefined) return undefined;
  return { backups: { window, retentionDays }, instance: { maintenanceWindow } };
}

const lockFitsTiers: Rule = ({ backups }, at) => {
  const lock = backups?.vaultLock;
  if (lock === undefined || lock === 'none') return;
  for (const [tier] of intervals) {
    const days = daysOf(backups, tier);
    if (days === undefined) continue;
    const { minimumDays = days, maximumDays = days } = lock;
    if (days >= minimumDays && days <= maximumDays) continue;
    const sentence = `is outside the vault lock of ${minimumDays} to ${maximumDays} days; AWS Backup would refuse each job`;
    at(keyOf(tier), shown(tier, days)).refuse(sentence);
  }
};

const copyGoesElsewhere: Rule = ({ backups, region, account }, at) => {
  const copy = backups?.copyTo;
  if (copy === undefined || copy === 'none') return;
  if (copy.region === undefined && copy.account === undefined) {
    at('backups.copyTo').complain('goes nowhere; write another region, or another account');
  } else if (copy.region === region && copy.account === undefined) {
    at('backups.copyTo.region', copy.region).refuse(
      'is the region of the environment itself; a copy goes to another one',
    );
  } else if (copy.account !== undefined && copy.account === account && (copy.region ?? region) === region) {
    at('backups.copyTo.account', copy.account).refuse(
      'is the account of the environment itself; a copy goes to another one',
    );
  }
  if (copy.account !== undefined && copy.account !== account && copy.region !== undefined && copy.region !== region) {
    at('backups.copyTo').complain(
      'goes to another region and another account; AWS Backup copies snapshots of RDS to one of them',
    );
  }
  const tiers = [backups?.daily, backups?.weekly, backups?.monthly];
  if (tiers.every((tier) => tier === 'none')) {
    at('backups.copyTo').complain('copies nothing; it takes a daily, weekly or monthly tier');
  }
};

const sources: Readonly<Record<DrillKind, { exists(backups: Loose<Backups>): boolean; readonly wanted: string }>> = {
  snapshot: {
    exists: (backups) => backups.retentionDays !== 0 || intervals.some(([tier]) => backups[tier] !== 'none'),
    wanted: 'no snapshot; set backups.retentionDays or a tier',
  },
  pointInTime: {
    exists: (backups) => backups.retentionDays !== 0,
    wanted: 'no point in time; set backups.retentionDays to 1 to 35',
  },
  dump: { exists: (backups) => backups.dumps !== 'none', wanted: 'no dump; set backups.dumps' },
};

const drillsHaveASource: Rule = ({ drills, backups }, at) => {
  if (drills?.schedule === 'none' || backups === undefined) return;
  (drills?.kinds ?? []).forEach((kind, index) => {
    const { exists, wanted } = sources[kind];
    if (!exists(backups)) at(`drills.kinds.${index}`, kind).refuse(`has nothing to restore: there is ${wanted}`);
  });
};

/** AWS Backup restores what its own vault holds, and nothing else. */
const restoreTestsHaveASource: Rule = ({ drills, backups }, at) => {
  const tests = drills?.restoreTesting;
  if (tests === undefined || tests === 'none' || tests.schedule === undefined || backups === undefined) return;
  const tiers = ['hourly', 'daily', 'weekly', 'monthly'] as const;
  if (tiers.some((tier) => backups[tier] !== 'none')) return;
  at('drills.restoreTesting', tests).complain('has nothing to restore: there is no tier; set backups.daily or another');
};

/** Points in time are at most 5 minutes apart; else the most frequent backup decides. */
const backupsReachTheObjective: Rule = ({ objectives, backups, instance }, at) => {
  if (objectives === undefined || objectives === 'none' || objectives.rpoMinutes === undefined) return;
  if (backups === undefined || backups.retentionDays !== 0) return;
  const { dumps } = backups;
  const dumped = intervals.filter(([tier]) => dumps !== undefined && dumps !== 'none' && dumps.schedule === tier);
  const windows = windowsOf(backups, instance);
  // Not at every hour, for RDS's windows.
  const hourly = windows === undefined ? 60 : longestGap(quietHours(windows));
  const tiers = intervals.map(([tier, minutes]) => [tier, tier === 'hourly' ? hourly : minutes] as const);
  const [best] = [...tiers.filter(([tier]) => backups[tier] !== 'none'), ...dumped].sort((a, b) => a[1] - b[1]);
  if (best !== undefined && best[1] <= objectives.rpoMinutes) return;
  const pause = best?.[0] === 'hourly' ? `, with up to ${hourly} minutes around RDS's windows` : '';
  const have = best === undefined ? 'there are no backups' : `the most frequent backup is ${best[0]}${pause}`;
  const sentence = `cannot be kept: ${have}; set backups.retentionDays to 1 to 35`;
  at('objectives.rpoMinutes', objectives.rpoMinutes).refuse(sentence);
};

/** The images of a dump come from a public registry, and no VPC endpoint leads there. */
const dumpsReachTheirImages: Rule = ({ backups, network }, at) => {
  const { dumps } = backups ?? {};
  if (dumps === undefined || dumps === 'none' || network?.egress !== 'endpoints') return;
  at('backups.dumps').complain(
    "cannot run without a way to the public registry of its images, which no VPC endpoint leads to; set network.egress to 'nat'",
  );
};

export const backupRules: readonly Rule[] = [
  rarerIsKeptLonger,
  tiersHaveATime,
  lockFitsTiers,
  copyGoesElsewhere,
  dumpsReachTheirImages,
  drillsHaveASource,
  restoreTestsHaveASource,
  backupsReachTheObjective,
];
