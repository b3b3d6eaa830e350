import type { Session } from '../shared/database';
import { OperationError } from '../shared/errors';
import { type Canonical, canonical } from './canonical';
import { type Found, type Places, readPlaces } from './catalog';
import { type Column, countRows, type RowCounts, readColumn } from './column';
import { type Comparison, compare } from './compare';
import type { IndexState, VectorIndex, VectorIndexesInput } from './contract';
import { newName } from './names';
import { asOwner } from './session';

/** Everything that is known about one declared index at a moment. */
export interface Inspection {
  readonly name: string;
  readonly index: VectorIndex;
  readonly column: Column;
  readonly places: Places;
  readonly rows: RowCounts;
  readonly wanted: Canonical;
  readonly state: Exclude<IndexState, 'refused'>;
  readonly comparison: Comparison;
  /** What an interrupted run left and nobody uses, by name. */
  readonly debris: readonly string[];
}

export function declared(input: VectorIndexesInput, name: string): VectorIndex {
  const index = Object.hasOwn(input.indexes, name) ? input.indexes[name] : undefined;
  if (index !== undefined) return index;
  const names = Object.keys(input.indexes).join(', ') || 'none';
  throw new OperationError(`No vector index "${name}" is declared; declared: ${names}.`);
}

/** Looks, and changes nothing. Throws an OperationError when the declaration cannot be followed. */
export async function inspect(session: Session, input: VectorIndexesInput, name: string): Promise<Inspection> {
  const index = declared(input, name);
  const column = await readColumn(session, name, index);
  const { wanted, rows } = await asOwner(session, input.owner, async () => ({
    wanted: await canonical(session, name, index, column),
    rows: await countRows(session, index),
  }));
  const places = await readPlaces(session, name, index, column.tableOid);
  refuseForeign(name, places);
  const current = places.current?.vector;
  const successor = places.successor?.vector;
  const comparison = current
    ? compare(current, index, wanted, rows.indexed)
    : { differences: [], notes: [] as readonly string[] };
  const same = (found: typeof current) =>
    found?.valid === true && compare(found, index, wanted, rows.indexed).differences.length === 0;
  const state = stateOf(places, same(current), same(successor));
  const debris: string[] = [];
  if (places.builder === undefined) {
    if (places.predecessor) debris.push(places.predecessor.name);
    if (places.successor && state !== 'built') debris.push(places.successor.name);
  }
  return { name, index, column, places, rows, wanted, state, comparison, debris };
}

function stateOf(places: Places, currentIsWanted: boolean, successorIsWanted: boolean): Inspection['state'] {
  if (places.builder !== undefined) return 'building';
  if (currentIsWanted) return 'ready';
  if (successorIsWanted) return 'built';
  if (places.successor?.vector?.valid === false || places.current?.vector?.valid === false) return 'failed';
  return places.current === undefined ? 'absent' : 'different';
}

/** A name of ours that something else bears: nothing of that is ours to drop or to rename. */
function refuseForeign(name: string, { current, successor, predecessor }: Places): void {
  const foreign = [current, successor, predecessor].find((each): each is Found => each !== undefined && !each.vector);
  if (!foreign) return;
  const needed = foreign.name === name ? '' : `, which is needed beside "${name}" (${newName(name)})`;
  throw new OperationError(
    `The name "${foreign.name}" is taken by something that is no vector index of this table${needed}.`,
  );
}
