import { isReplica } from '../checks/holdings';
import { nameOf, type Resource, resourcesOf, type Templates } from '../checks/templates';
import { memoryGiB } from '../constructs/instance-memory';
import { hoursPerMonth, type Prices, prices } from './prices';

export type Direction = 'more' | 'less' | 'more or less';

/** Something for which the monthly bill changes. */
export interface CostChange {
  readonly direction: Direction;
  readonly sentence: string;
  /** Rough, where the price is known. */
  readonly usdPerMonth?: number;
}

/** What can be told of the bill from the templates: what is always paid, and not what depends on use. */
export function compareCosts(before: Templates, after: Templates, region: string): readonly CostChange[] {
  const known = prices[region];
  return [...databases(before, after, known), ...network(before, after, known), ...small(before, after)];
}

const allOf = (templates: Templates, type: string) =>
  Object.values(templates)
    .flatMap(resourcesOf)
    .filter(([, { Type }]) => Type === type);

const number = (value: unknown): number | undefined => (value === undefined ? undefined : Number(value));
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const isOn = (value: unknown) => value === true || value === 'true';

interface Paid {
  readonly class: string | undefined;
  /** Two with Multi-AZ: RDS charges the standby, and its storage, like the first. */
  readonly copies: number;
  readonly storageGiB: number | undefined;
  readonly iops: number;
  readonly throughput: number;
  readonly insightDays: number;
  readonly backupDays: number;
  readonly monitoringSeconds: number;
}

// gp3 brings these along below 400 GiB, and more above.
const included = { iops: 3_000, throughput: 125 };
const freeInsightDays = 7;

function paid({ Properties = {} }: Resource): Paid {
  return {
    class: text(Properties['DBInstanceClass']),
    copies: isOn(Properties['MultiAZ']) ? 2 : 1,
    storageGiB: number(Properties['AllocatedStorage']),
    iops: number(Properties['Iops']) ?? included.iops,
    throughput: number(Properties['StorageThroughput']) ?? included.throughput,
    insightDays: isOn(Properties['EnablePerformanceInsights'])
      ? (number(Properties['PerformanceInsightsRetentionPeriod']) ?? freeInsightDays)
      : 0,
    backupDays: number(Properties['BackupRetentionPeriod']) ?? 1,
    monitoringSeconds: number(Properties['MonitoringInterval']) ?? 0,
  };
}

function databases(before: Templates, after: Templates, known: Prices | undefined): readonly CostChange[] {
  const type = 'AWS::RDS::DBInstance';
  const [old, now] = [before, after].map((templates) => new Map(allOf(templates, type)));
  const ids = [...new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])];
  return ids.flatMap((id): readonly CostChange[] => {
    const [from, to] = [old?.get(id), now?.get(id)];
    const resource = to ?? from;
    if (resource === undefined) return [];
    const what = `${isReplica(resource) ? 'the replica' : 'the database'} ${nameOf(id, resource)}`;
    if (from !== undefined && to !== undefined) return instanceChanges(what, paid(from), paid(to), known);
    const all = paid(resource);
    const usd = monthly(all, known);
    const sized = `${all.class ?? 'of an unknown class'}${all.copies === 2 ? ', Multi-AZ' : ''}`;
    if (to !== undefined) return [change('more', `${what} (${sized}) is new`, usd)];
    return resource.DeletionPolicy?.startsWith('Retain')
      ? [change('more or less', `${what} (${sized}) stays, and is paid for until somebody deletes it`)]
      : [change('less', `${what} (${sized}) is deleted, and no longer paid for`, usd && -usd)];
  });
}

function monthly({ class: name, copies, storageGiB }: Paid, known: Prices | undefined): number | undefined {
  const hour = name === undefined ? undefined : known?.instanceHour[name];
  if (known === undefined || hour === undefined) return undefined;
  return copies * (hour * hoursPerMonth + (storageGiB ?? 0) * known.gp3GibMonth);
}

function instanceChanges(what: string, from: Paid, to: Paid, known: Prices | undefined): readonly CostChange[] {
  const found: CostChange[] = [];
  // The class and the storage for as many copies as there were, then the copies with the new ones: so they add up.
  if (from.class !== to.class) {
    const hours = [from, to].map(({ class: name = '' }) => known?.instanceHour[name]);
    const [old, now] = hours;
    const usd = old === undefined || now === undefined ? undefined : from.copies * (now - old) * hoursPerMonth;
    const [less, more] = [memoryGiB(from.class ?? ''), memoryGiB(to.class ?? '')];
    const comparable = less !== undefined && more !== undefined && less !== more;
    const direction = usd === undefined ? (comparable ? (more > less ? 'more' : 'less') : 'more or less') : sign(usd);
    const memory = comparable ? ` (${less} to ${more} GiB of memory)` : '';
    found.push(change(direction, `${what} goes from ${from.class} to ${to.class}${memory}`, usd));
  }
  if (from.copies !== to.copies) {
    const one = monthly({ ...to, copies: 1 }, known);
    const words = to.copies === 2 ? 'gets a second zone' : 'loses its second zone';
    const factor = to.copies === 2 ? 'twice' : 'half';
    const times = `its instance hours and its storage are paid ${factor}`;
    found.push(
      change(to.copies === 2 ? 'more' : 'less', `${what} ${words}: ${times}`, one && one * (to.copies - from.copies)),
    );
  }
  const storage = (to.storageGiB ?? 0) - (from.storageGiB ?? 0);
  if (storage !== 0) {
    const usd = known && storage * known.gp3GibMonth * from.copies;
    const sizes = `storage from ${from.storageGiB ?? 0} to ${to.storageGiB ?? 0} GiB`;
    const refused = storage < 0 ? ' (RDS refuses to shrink it, so this deploy would fail)' : '';
    found.push(change(sign(storage), `${what}: ${sizes}${refused}`, storage < 0 ? undefined : usd));
  }
  const numbers = [
    ['provisioned operations a second', from.iops, to.iops],
    ['throughput in MiB/s', from.throughput, to.throughput],
    ['days of Performance Insights', from.insightDays, to.insightDays],
    ['days of backups (paid beyond the size of the storage)', from.backupDays, to.backupDays],
  ] as const;
  for (const [name, old, now] of numbers) {
    const free = name === 'days of Performance Insights' && Math.max(old, now) <= freeInsightDays;
    if (old !== now && !free) found.push(change(sign(now - old), `${what}: ${name} from ${old} to ${now}`));
  }
  if (from.monitoringSeconds !== to.monitoringSeconds) {
    const every = (seconds: number) => (seconds === 0 ? 'off' : `every ${seconds} s`);
    const rate = (seconds: number) => (seconds === 0 ? 0 : 1 / seconds);
    const direction = sign(rate(to.monitoringSeconds) - rate(from.monitoringSeconds));
    const words = `enhanced monitoring from ${every(from.monitoringSeconds)} to ${every(to.monitoringSeconds)}`;
    found.push(change(direction, `${what}: ${words}, which is paid as log storage`));
  }
  return found;
}

function network(before: Templates, after: Templates, known: Prices | undefined): readonly CostChange[] {
  const nats = (templates: Templates) => allOf(templates, 'AWS::EC2::NatGateway').length;
  const zones = (templates: Templates) =>
    allOf(templates, 'AWS::EC2::VPCEndpoint')
      .filter(([, { Properties = {} }]) => Properties['VpcEndpointType'] === 'Interface')
      .reduce((sum, [, { Properties = {} }]) => sum + [Properties['SubnetIds'] ?? []].flat().length, 0);
  const counted = (name: string, from: number, to: number, hour: number | undefined): readonly CostChange[] =>
    from === to
      ? []
      : [
          change(
            sign(to - from),
            `${name}: ${from} to ${to}, and what goes through is paid by the GB`,
            hour && (to - from) * hour * hoursPerMonth,
          ),
        ];
  return [
    ...counted('NAT gateways', nats(before), nats(after), known?.natHour),
    ...counted('interface endpoints, counted in each zone', zones(before), zones(after), known?.endpointHour),
  ];
}

function small(before: Templates, after: Templates): readonly CostChange[] {
  const named = [
    ['AWS::KMS::Key', 'keys'],
    ['AWS::SecretsManager::Secret', 'secrets'],
    ['AWS::CloudWatch::Alarm', 'alarms'],
  ] as const;
  return named.flatMap(([type, name]) => {
    const [from, to] = [allOf(before, type).length, allOf(after, type).length];
    return from === to ? [] : [change(sign(to - from), `${name}: ${from} to ${to}`)];
  });
}

const sign = (difference: number): Direction => (difference > 0 ? 'more' : difference < 0 ? 'less' : 'more or less');

const change = (direction: Direction, sentence: string, usd?: number): CostChange => ({
  direction,
  sentence: `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`,
  ...(usd === undefined ? {} : { usdPerMonth: Math.round(usd * 100) / 100 }),
});
