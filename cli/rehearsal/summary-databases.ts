import type { DatabaseState, IndexState } from '../../rehearsal/inspect/database';
import type { Report } from '../../rehearsal/report';
import { type Look, plural, wrapped } from './text';

/** Each database as it was at last, and by `→` what the change made of it. */
export function databaseLines({ databases }: Report, look: Look): string[] {
  const names = [...new Set(databases.map(({ database }) => database))];
  return names.flatMap((name) => {
    const states = databases.filter(({ database }) => database === name);
    const [first, last] = [states[0], states.at(-1)];
    return first && last ? linesOf(first, last, look) : [];
  });
}

function linesOf(first: DatabaseState, last: DatabaseState, { paint, columns }: Look): string[] {
  const both = (tell: (state: DatabaseState) => string) => {
    const [before, after] = [tell(first), tell(last)];
    return before === after ? before : `${before} → ${after}`;
  };
  const logins = last.roles.filter(({ login }) => login).length;
  const rows: readonly (readonly [string, string])[] = [
    ['roles', `${last.roles.map(({ name }) => name).join(', ')} (${logins} log in)`],
    ['extensions', both(({ extensions }) => extensions.map(({ name, version }) => `${name} ${version}`).join(', '))],
    ['migrations', both((state) => String(state.tables.find(({ name }) => name === 'plinth.migrations')?.rows ?? 0))],
    ['tables', both((state) => `${state.tables.length} with ${plural(rowsOf(state), 'row')}`)],
    ...last.indexes
      .filter(({ method }) => method === 'ivfflat' || method === 'hnsw')
      .map((index): readonly [string, string] => {
        const before = first.indexes.find(({ name }) => name === index.name);
        return [index.name, searchOf(before, index)];
      }),
  ];
  const invalid = last.indexes.filter(({ valid }) => !valid).map(({ name }) => name);
  return [
    '',
    `${paint('bold', `Database ${last.database}`)} on PostgreSQL ${last.server}`,
    ...rows.flatMap(([name, text]) => wrapped(`  ${name.padEnd(Math.max(12, name.length + 2))}${text}`, columns, 14)),
    ...(invalid.length > 0 ? [paint('red', `  invalid indexes: ${invalid.join(', ')}`)] : []),
  ];
}

const rowsOf = ({ tables }: DatabaseState) => tables.reduce((sum, { rows }) => sum + Math.max(0, rows), 0);

function searchOf(before: IndexState | undefined, after: IndexState): string {
  const { search, method, valid } = after;
  if (!valid) return `${method}, invalid`;
  if (!search) return `${method}, not searched: its table is empty, or no role may read it`;
  const earlier = before?.search;
  const change = (was: string | undefined, is: string) => (was === undefined || was === is ? is : `${was} → ${is}`);
  const recall = `recall ${change(earlier?.recall.toFixed(3), search.recall.toFixed(3))}`;
  const latency = `${change(earlier?.indexMs.toFixed(1), search.indexMs.toFixed(1))}\u00a0ms`;
  return `${method}, ${search.used ? '' : 'not used, '}${recall}, ${latency} (whole table ${search.exactMs.toFixed(1)}\u00a0ms)`;
}
