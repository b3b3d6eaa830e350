import { createHash } from 'node:crypto';
import { identifier, qualified } from '../shared/identifiers';
import type { VectorIndex } from './contract';

// PostgreSQL keeps 63 bytes of a name; what is added and a hash of what is cut off must fit in.
const longest = 63;

/** The name beside an index under which its successor is built. */
export const newName = (name: string): string => beside(name, '__new');

/** The name that an index gets in the moment its successor takes its place. */
export const oldName = (name: string): string => beside(name, '__old');

function beside(name: string, suffix: string): string {
  if (Buffer.byteLength(name + suffix) <= longest) return name + suffix;
  const hash = `_${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
  let kept = name;
  while (Buffer.byteLength(kept + hash + suffix) > longest) kept = [...kept].slice(0, -1).join('');
  return kept + hash + suffix;
}

/** Held by the session that builds an index, as long as it lives: "pliv" in ASCII, and 32 bits of the name. */
export function buildLock(schema: string, name: string): readonly [number, number] {
  const hash = createHash('sha256').update(`${schema}\0${name}`).digest();
  return [0x706c6976, hash.readInt32BE(0)];
}

export const tableSql = ({ table }: VectorIndex): string => qualified(table.schema, table.name, 'table');
export const tableText = ({ table }: VectorIndex): string => `${table.schema}.${table.name}`;
export const columnSql = ({ column }: VectorIndex): string => identifier(column, 'column');
