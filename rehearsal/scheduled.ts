import type { Account } from './account';
import type { Clock } from './clock';
import type { LocalCloud } from './cloud/cloud';
import { deliverFlowLogs } from './resources/flow-logs';
import type { Schedule } from './services/schedules';

// Longer than RDS takes to ship its log, so that there is a time to restore to behind everything that was written.
export const settledMs = 6 * 60_000;

/** What clocks would start, each once, and what comes by itself: messages, rotations, backups, and last the machines. */
export async function runScheduled(
  cloud: LocalCloud,
  account: Account,
  clock: Clock,
  fail: (sentence: string) => void,
): Promise<void> {
  await runClocks(cloud, account, clock, fail);
  await backUp(cloud, clock);
  for (const machine of machinesOf(cloud)) await runMachine(cloud, clock, machine, fail);
}

/** One that a clock starts, or why it was not. */
export async function runMachine(
  cloud: LocalCloud,
  clock: Clock,
  { name, targets }: Schedule,
  fail: (sentence: string) => void,
): Promise<void> {
  const reason = await whyNotRun(cloud, targets);
  if (reason !== undefined) {
    cloud.notes.push(`${name} was not run: ${reason}`);
    for (const { failure } of await cloud.schedules.check(name)) if (failure !== undefined) fail(failure);
    return;
  }
  clock.rebase();
  await clock.sleep(settledMs);
  for (const { failure } of await cloud.schedules.fire(name)) if (failure !== undefined) fail(failure);
}

const enabledIn = (cloud: LocalCloud) => cloud.schedules.all().filter(({ enabled }) => enabled);
export const machinesOf = (cloud: LocalCloud) =>
  enabledIn(cloud).filter(
    ({ expression, targets }) => expression !== undefined && targets.some(({ Arn }) => Arn.split(':')[2] === 'states'),
  );

/** All of it but backups and machines. */
export async function runClocks(
  cloud: LocalCloud,
  account: Account,
  clock: Clock,
  fail: (sentence: string) => void,
): Promise<void> {
  const trying = async (what: string, work: () => unknown) => {
    try {
      await work();
    } catch (error) {
      fail(`${what}: ${(error as Error).message}`);
    }
  };
  await trying('Flow logs cannot be delivered', () => deliverFlowLogs(account, cloud.authorizer, cloud.logs));
  for (const id of cloud.databases.instances.keys()) {
    await trying('RDS cannot tell', () => cloud.databases.tell('availability', id, 'DB instance restarted'));
  }
  for (const { arn, name } of cloud.secrets.rotated()) {
    await trying(`The rotation of ${name} failed`, () => cloud.secrets.rotate(arn));
  }
  clock.rebase();
  const machines = machinesOf(cloud).map(({ name }) => name);
  for (const schedule of enabledIn(cloud).filter(({ name }) => !machines.includes(name))) {
    const { name, expression } = schedule;
    // Nobody can make up the event that a rule waits for; whether it could act on it can be seen.
    const fired = await (expression === undefined ? cloud.schedules.check(name) : cloud.schedules.fire(name));
    for (const { failure } of fired) if (failure !== undefined) fail(failure);
  }
}

/** A backup of every instance that keeps some, and the time that it takes. */
export async function backUp(cloud: LocalCloud, clock: Clock): Promise<void> {
  const taken = cloud.databases.place.cannot.snapshot === undefined ? cloud.databases.backUp() : [];
  while (taken.some(({ status }) => status === 'creating')) await clock.sleep(30_000);
}

/** What this machine or this PostgreSQL cannot do is told, and is no failure of the app. */
export async function whyNotRun(
  cloud: LocalCloud,
  targets: readonly { readonly Arn: string }[],
): Promise<string | undefined> {
  const { cannot, kind } = cloud.databases.place;
  for (const { Arn } of targets) {
    const definition = cloud.executions.machines.get(Arn)?.definition ?? '';
    if (definition.includes('restoreDBInstanceToPointInTime') && cannot.pointInTime) return cannot.pointInTime;
    const tasks = [...cloud.tasks.definitions.values()].filter(({ arn }) => definition.includes(arn));
    // A dump is restored by one COPY after the other. A server that takes none of these also confuses those that dump.
    if (tasks.length > 0 && cannot.copyIn) {
      return `dumps and their restores need COPY, and the ${kind} PostgreSQL is not up to it (${cannot.copyIn}); --postgres native is.`;
    }
    for (const task of tasks) {
      const reason = await cloud.tasks.cannotRun(task);
      if (reason !== undefined) return `${reason}.`;
    }
  }
  return undefined;
}
