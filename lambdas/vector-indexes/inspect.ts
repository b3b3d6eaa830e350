import type { Session } from '../shared/database';
import { OperationError } from '../shared/errors';
import { canonical } from './canonical';
import { type Found, type Places, readPlaces, type VectorFacts } from './catalog';
import { type Column, countRows, estimateRows, type RowCounts, readColumn } from './column';
import { type Comparison, compare, isScattered } from './compare';
import type { IndexState, VectorIndex, VectorIndexesInput } from './contract';
import { newName } from './names';
import { mostMemory, readServer } from './plan';
import { asOwner } from './session';

/** Everything that is known about one declared index at a moment. */
export interface Inspection {
  readonly name: string;
  readonly index: VectorIndex;
  readonly column: Column;
  readonly places: Places;
  readonly rows: RowCounts;
  /** `lists: 'auto'` follows the square root of the rows, because measured probes say so. */
  readonly scattered: boolean;
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
  const places = await readPlaces(session, name, index, column.tableOid);
  refuseForeign(name, places);
  if (places.builder !== undefined) {
    // Whoever follows a build asks every few seconds, and needs no more than its progress.
    const rows = { indexed: await estimateRows(session, column), empty: 0 };
    return { name, index, column, places, rows, scattered: false, state: 'building', comparison: nothing, debris: [] };
  }
  const { wanted, rows } = await asOwner(session, input.owner, async () => ({
    wanted: await canonical(session, name, index, column),
    rows: await countRows(session, index),
  }));
  // What was found of the current one holds for its successor, too, which is built because of it.
  const scattered = isScattered(places.current?.vector, index, wanted, rows.indexed);
  const now = { rows: rows.indexed, scattered, memoryBytes: mostMemory(await readServer(session), input.build ?? {}) };
  const compared = (found: VectorFacts | undefined) => found && compare(found, index, wanted, now);
  const isWanted = (found: VectorFacts | undefined) =>
    found?.valid === true && compared(found)?.differences.length === 0;
  const current = places.current?.vector;
  const state = stateOf(places, isWanted(current), isWanted(places.successor?.vector));
  const left = [places.predecessor, state === 'built' ? undefined : places.successor];
  const debris = left.flatMap((each) => (each === undefined ? [] : [each.name]));
  return { name, index, column, places, rows, scattered, state, comparison: compared(current) ?? nothing, debris };
}

const nothing: Comparison = { differences: [], notes: [] };

function stateOf(places: Places, currentIsWanted: boolean, successorIsWanted: boolean): Inspection['state'] {
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
