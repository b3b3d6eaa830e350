import type { Session } from '../shared/database';
import type { IndexReport, VectorIndexesInput, VectorIndexesResult } from './contract';
import { extraIndexes } from './extra';
import { inspect } from './inspect';
import { orRefused } from './reconcile';
import { report } from './report';

/** How one index is: the progress of its build, or how that ended. Starts and finishes nothing. */
export async function follow(session: Session, input: VectorIndexesInput, name: string): Promise<IndexReport> {
  const outcome = await orRefused(input, name, async () => ({
    report: await report(session, await inspect(session, input, name)),
  }));
  return outcome.report;
}

/** How all of them are. Changes nothing. */
export async function status(session: Session, input: VectorIndexesInput): Promise<VectorIndexesResult> {
  const indexes: IndexReport[] = [];
  for (const name of Object.keys(input.indexes)) indexes.push(await follow(session, input, name));
  const extra = (await extraIndexes(session, input)).map(({ schema, name }) => `${schema}.${name}`);
  return {
    ok: indexes.every(({ state }) => state === 'ready' || state === 'building' || state === 'built'),
    pending: indexes.some(({ state }) => state === 'building' || state === 'built'),
    indexes,
    roleSettings: [],
    extra,
    droppedExtra: [],
  };
}
