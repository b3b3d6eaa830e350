import type { Account } from '../account';
import type { Clock } from '../clock';
import type { LocalCloud } from '../cloud/cloud';
import { RehearsalError } from '../errors';
import { backUp, machinesOf, runClocks, runMachine, settledMs, whyNotRun } from '../scheduled';
import { damageDatabase } from './damage';
import type { Damage } from './damage-type';

export interface DrillRequest {
  /** Without it, each kind that can run here. */
  readonly kind?: string;
  readonly damage?: Damage;
}

/** One drill, as far as Step Functions knows it. What stands in its report is told by whoever can read that. */
export interface DrillRun {
  readonly kind: string;
  readonly machine: string;
  readonly execution: string;
  readonly status: string;
  readonly error?: string;
  readonly cause?: string;
  readonly output?: string;
  /** Milliseconds of real time, from the request to the report. */
  readonly tookMs: number;
  /** Seconds of the rehearsal's time, which jumps over waits. */
  readonly seconds: number;
}

export interface Drilled {
  /** What was damaged, in a sentence. */
  readonly damage?: string;
  readonly runs: readonly DrillRun[];
}

export interface DrillParts {
  readonly cloud: LocalCloud;
  readonly account: Account;
  readonly clock: Clock;
  readonly fail: (sentence: string) => void;
  readonly doing: <T>(title: string, work: () => Promise<T>) => Promise<T>;
}

/** Writes the books that a copy is judged by, damages what is to be damaged, takes the backup, and drills. */
export async function runDrills({ kind, damage }: DrillRequest, parts: DrillParts): Promise<Drilled> {
  const { cloud, account, clock, fail, doing } = parts;
  const machines = await chosen(cloud, kind, damage);
  await doing('write the heartbeat and the manifest', () => runClocks(cloud, account, clock, fail));
  const done: string[] = [];
  const damaging = async (work: Promise<string | undefined> | undefined) => {
    const sentence = await work;
    if (sentence !== undefined) done.push(sentence);
  };
  if (damage) await doing(`damage: ${damage.name}`, () => damaging(damageDatabase(cloud, damage)));
  await doing('take the backup', async () => {
    await backUp(cloud, clock);
    // What else a clock starts makes backups of its own, such as dumps.
    const others = machinesOf(cloud).filter(({ targets }) => !targets.some(({ Arn }) => drillName.test(Arn)));
    for (const other of others) await runMachine(cloud, clock, other, fail);
  });
  if (damage?.inBackup) await doing(`damage: ${damage.name}`, () => damaging(damage.inBackup?.(cloud)));
  const runs: DrillRun[] = [];
  for (const machine of machines) {
    clock.rebase();
    await clock.sleep(settledMs);
    runs.push(await doing(`drill: ${machine.kind}`, () => drill(cloud, machine)));
  }
  return { runs, ...(done.length > 0 && { damage: done.join(' ') }) };
}

interface DrillMachine {
  readonly kind: string;
  readonly arn: string;
}

const drillName = /-drill-(\w+)$/;

/** A drill is known by the name of its machine: `<project>-<environment>-drill-<kind>`. */
async function chosen(
  cloud: LocalCloud,
  kind: string | undefined,
  damage: Damage | undefined,
): Promise<DrillMachine[]> {
  const all = [...cloud.executions.machines.values()].flatMap(({ name, arn }) => {
    const found = drillName.exec(name)?.[1];
    return found === undefined ? [] : [{ kind: found, arn }];
  });
  if (all.length === 0)
    throw new RehearsalError('This environment has no drills to run: no stack of it has a machine for one.');
  const kinds = all.map((each) => each.kind).join(', ');
  const wanted = kind === undefined ? all : all.filter((each) => each.kind === kind);
  if (wanted.length === 0) {
    throw new RehearsalError(`This environment has no drill of the kind "${kind}"; its drills.kinds are ${kinds}.`);
  }
  const fitting = wanted.filter((each) => damage?.kinds?.includes(each.kind) !== false);
  if (fitting.length === 0) {
    throw new RehearsalError(
      `The damage ${damage?.name} is for drills of the kind ${damage?.kinds?.join(', ')}; here are ${kinds}.`,
    );
  }
  const able: DrillMachine[] = [];
  const reasons: string[] = [];
  for (const each of fitting) {
    const reason = await whyNotRun(cloud, [{ Arn: each.arn }]);
    if (reason === undefined) able.push(each);
    else reasons.push(`The drill ${each.kind} was not run: ${reason}`);
  }
  if (able.length === 0) throw new RehearsalError(reasons.join(' '));
  cloud.notes.push(...reasons);
  return able;
}

async function drill(cloud: LocalCloud, { kind, arn }: DrillMachine): Promise<DrillRun> {
  const begun = performance.now();
  const execution = cloud.executions.start(arn, '{}');
  await execution.ended;
  const { status, error, cause, output, started, stopped = started } = execution;
  return {
    ...{ kind, machine: execution.machine.name, execution: execution.arn, status },
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    ...(output !== undefined && { output }),
    tookMs: Math.round(performance.now() - begun),
    seconds: Math.round((stopped.getTime() - started.getTime()) / 1000),
  };
}
