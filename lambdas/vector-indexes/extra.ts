import type { Session } from '../shared/database';
import { OperationError } from '../shared/errors';
import { readPlaces } from './catalog';
import { readColumn } from './column';
import type { VectorIndexesInput } from './contract';
import { newName, oldName } from './names';

export interface ExtraIndex {
  readonly schema: string;
  readonly name: string;
}

/** Vector indexes on declared columns that no declaration names: each costs every insert its time. */
export async function extraIndexes(session: Session, input: VectorIndexesInput): Promise<readonly ExtraIndex[]> {
  const ours = new Set<string>();
  for (const [name, { table }] of Object.entries(input.indexes)) {
    for (const each of [name, newName(name), oldName(name)]) ours.add(`${table.schema}.${each}`);
  }
  const extra = new Map<string, ExtraIndex>();
  for (const [name, index] of Object.entries(input.indexes)) {
    const column = await readColumn(session, name, index).catch((error: unknown) => {
      // It has been told for this index already.
      if (error instanceof OperationError) return undefined;
      throw error;
    });
    if (!column) continue;
    const { schema } = index.table;
    for (const found of (await readPlaces(session, name, index, column.tableOid)).onColumn) {
      const full = `${schema}.${found.name}`;
      if (!ours.has(full)) extra.set(full, { schema, name: found.name });
    }
  }
  return [...extra.values()];
}
