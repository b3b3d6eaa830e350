import type { ColumnType } from '../sql/tree';

// An absent modifier is no limit, except that times then have six digits of a second.
const limit = ({ modifiers }: ColumnType) => modifiers[0] ?? Number.POSITIVE_INFINITY;
const seconds = ({ modifiers }: ColumnType) => modifiers[0] ?? 6;
const scale = ({ modifiers }: ColumnType) => modifiers[1] ?? 0;

const times = ['time', 'timetz', 'timestamp', 'timestamptz'];

/**
 * Whether PostgreSQL only edits its catalog, and leaves the rows as they are: when every stored value is already a value
 * of the new type, byte for byte, and needs no check.
 */
export function keepsRows(from: ColumnType, to: ColumnType): boolean {
  if (from.array !== to.array) return false;
  const sameType = from.name === to.name;
  const same = sameType && from.modifiers.join() === to.modifiers.join();
  if (same) return true;
  if (from.name === 'varchar' || from.name === 'text') {
    if (to.name === 'text') return true;
    if (to.name === 'varchar') return limit(from.name === 'text' ? { ...from, modifiers: [] } : from) <= limit(to);
    return false;
  }
  if (from.name === 'cidr' && to.name === 'inet') return true;
  if (from.name === 'citext' && to.name === 'text') return true;
  if (!sameType) return false;
  if (to.name === 'varbit') return limit(from) <= limit(to);
  if (to.name === 'numeric')
    return to.modifiers.length === 0 || (scale(from) === scale(to) && limit(from) <= limit(to));
  return times.includes(to.name) && seconds(from) <= seconds(to);
}
