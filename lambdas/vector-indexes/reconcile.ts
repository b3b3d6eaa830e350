import { withAdvisoryLock } from '../shared/advisory-lock';
import { type Deadline, systemClock } from '../shared/clock';
import type { Session } from '../shared/database';
import { OperationError } from '../shared/errors';
import { buildInline, type Connect, dropIndex, startDetached } from './build';
import { checkDimensions } from './column';
import type { IndexAction, IndexReport, VectorIndexesInput, VectorIndexesResult } from './contract';
import { extraIndexes } from './extra';
import { putInPlace } from './finish';
import { declared, type Inspection, inspect } from './inspect';
import { planBuild, readServer } from './plan';
import { refused, report } from './report';
import { setForRoles } from './role-settings';
import { asOwner } from './session';
import { tuneProbes } from './tune';
import { duration, rowsText } from './words';

export interface ReconcileOptions {
  /** For builds that outlive the caller. Without it every build is waited for. */
  readonly connect?: Connect;
  /** How long to wait for another run of this; a minute by default. */
  readonly until?: Deadline;
}

/**
 * Brings the indexes to what is declared, as far as one call can: small ones are built, large ones are started, and what
 * an earlier call started is put into its place. Calling it again is always right, and changes nothing when all is well.
 */
export async function reconcile(
  session: Session,
  input: VectorIndexesInput,
  { connect, until = systemClock.now() + 60_000 }: ReconcileOptions = {},
): Promise<VectorIndexesResult> {
  return withAdvisoryLock(session, 'vectorIndexes', { until }, async () => {
    const reports: IndexReport[] = [];
    const serving: Inspection[] = [];
    for (const name of Object.keys(input.indexes)) {
      const { seen, report } = await orRefused(input, name, () => reconcileOne(session, input, name, connect));
      reports.push(report);
      if (seen && serves(seen)) serving.push(seen);
    }
    const roleSettings = await setForRoles(session, input, serving);
    const extra = await extraIndexes(session, input);
    const droppedExtra = input.dropExtra === true ? extra : [];
    await asOwner(session, input.owner, async () => {
      for (const each of droppedExtra) await dropIndex(session, each.schema, each.name);
    });
    const names = (list: typeof extra) => list.map(({ schema, name }) => `${schema}.${name}`);
    return {
      ok: reports.every(({ state }) => state !== 'refused' && state !== 'failed'),
      pending: reports.some(({ state }) => state === 'building' || state === 'built'),
      indexes: reports,
      roleSettings,
      extra: names(droppedExtra.length > 0 ? [] : extra),
      droppedExtra: names(droppedExtra),
    };
  });
}

/** An index goes on to serve while its successor is built, and needs its setting as before. */
function serves({ index, places }: Inspection): boolean {
  const current = places.current?.vector;
  return current?.valid === true && current.method === index.method;
}

interface Outcome {
  readonly seen?: Inspection;
  readonly report: IndexReport;
}

/** One declaration that cannot be followed does not keep the others from being built. */
export async function orRefused(
  input: VectorIndexesInput,
  name: string,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  const index = declared(input, name);
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    return { report: refused(name, index, error.message) };
  }
}

async function reconcileOne(
  session: Session,
  input: VectorIndexesInput,
  name: string,
  connect: Connect | undefined,
): Promise<Outcome> {
  const actions: IndexAction[] = [];
  const sentences: string[] = [];
  let seen = await inspect(session, input, name);
  if (seen.debris.length > 0) {
    await asOwner(session, input.owner, async () => {
      for (const each of seen.debris) await dropIndex(session, seen.index.table.schema, each);
    });
    actions.push('cleaned');
    sentences.push(`Removed what an interrupted run had left: ${seen.debris.join(', ')}.`);
  }
  // A second round when the first finds by its probes that the data are scattered.
  for (let round = 1; round <= 2; round++) {
    if (!['ready', 'built', 'building'].includes(seen.state)) {
      const action = await build(session, input, seen, connect, sentences);
      actions.push(action);
      seen = await inspect(session, input, name);
    }
    if (seen.state === 'built') {
      sentences.push(await putInPlace(session, input, seen));
      actions.push('finished');
      seen = await inspect(session, input, name);
    }
    if (seen.state !== 'ready' || !(await tuneProbes(session, input, seen))) break;
    actions.push('tuned');
    seen = await inspect(session, input, name);
    const { record } = seen.places.current?.vector ?? {};
    sentences.push(`${record?.probes} probes find ${((record?.recall ?? 0) * 100).toFixed(1)} % of the neighbours.`);
  }
  return { seen, report: await report(session, seen, actions, sentences) };
}

async function build(
  session: Session,
  input: VectorIndexesInput,
  seen: Inspection,
  connect: Connect | undefined,
  sentences: string[],
): Promise<IndexAction> {
  const { name, index, column, rows, state, comparison } = seen;
  await asOwner(session, input.owner, () => checkDimensions(session, name, index, column));
  const plan = planBuild(name, index, rows.indexed, await readServer(session), input.build, seen.scattered);
  sentences.push(...plan.sentences);
  if (state === 'different') sentences.push(`It was built again: ${comparison.differences.join('; ')}.`);
  if (rows.indexed < plan.lists) {
    sentences.push(
      `${rowsText(rows.indexed)} are too few for ${plan.lists} lists; build it again when they are there.`,
    );
  }
  if (plan.inline || connect === undefined) {
    await buildInline(session, input, seen, plan);
    return 'built';
  }
  const started = await startDetached(session, connect, input, seen, plan);
  sentences.push(
    `The build takes about ${duration(plan.seconds)} for ${rowsText(rows.indexed)}; it ${started === 'started' ? 'was started' : 'runs already'} and goes on by itself.`,
  );
  return 'started';
}
