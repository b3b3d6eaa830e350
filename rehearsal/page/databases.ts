import type { DatabaseState, IndexState } from '../inspect/database';
import type { Report } from '../report';
import { bytes, plural } from './format';
import { type Html, html, section, table, type Value } from './html';

const looked: Readonly<Record<string, string>> = {
  deploy: 'after the deploy',
  change: 'after the change',
  schedules: 'at the end',
};

/** Each database as its catalogs told, once after the deploy and once at the end. */
export function databases({ databases: states }: Report): Html {
  const names = [...new Set(states.map(({ instance, database }) => `${instance}/${database}`))];
  if (names.length === 0) return section('databases', 'Databases', 'No database was reached.');
  return section(
    'databases',
    'Databases',
    'As their catalogs tell. What the change made different is marked.',
    names.map((name) => ofDatabase(states.filter(({ instance, database }) => `${instance}/${database}` === name))),
  );
}

function ofDatabase(states: readonly DatabaseState[]): Html | undefined {
  const [first] = states;
  if (!first) return undefined;
  const heads = ['', ...states.map(({ after }) => looked[after] ?? `after ${after}`)];
  const rows = <T>(
    title: string,
    of: (state: DatabaseState) => readonly T[],
    key: (item: T) => string,
    tell: (item: T) => Value,
  ) => compared(title, heads, states.map(of), key, tell);
  return html`<article><h3>${first.database} <span>on ${first.instance}, PostgreSQL ${first.server}</span></h3>
${rows('Vector indexes', vectorIndexes, ({ name }) => name, searchOf)}
${rows(
  'Tables',
  ({ tables }) => tables,
  ({ name }) => name,
  (t) => (t.rows < 0 ? 'not readable' : html`${plural(t.rows, 'row')} <span class="dim">${t.owner}</span>`),
)}
${rows(
  'Roles',
  ({ roles }) => roles,
  ({ name }) => name,
  (role) =>
    html`${role.login ? 'logs in' : 'no login'}${role.connectionLimit >= 0 && `, at most ${plural(role.connectionLimit, 'connection')}`}${role.memberOf.length > 0 && html` <span class="dim">in ${role.memberOf.join(', ')}</span>`}`,
)}
${rows(
  'Extensions',
  ({ extensions }) => extensions,
  ({ name }) => name,
  ({ version }) => version,
)}
${rows(
  'Other indexes',
  (state) => state.indexes.filter((index) => !isVector(index)),
  ({ name }) => name,
  (index) =>
    html`${index.method}, ${bytes(index.bytes)}${!index.valid && html` <span class="bad">invalid</span>`} <span class="dim">${index.table}</span>`,
)}
</article>`;
}

const isVector = ({ method }: IndexState) => method === 'ivfflat' || method === 'hnsw';
const vectorIndexes = ({ indexes }: DatabaseState) => indexes.filter(isVector);

function searchOf({ method, table: of, bytes: size, valid, search, definition }: IndexState): Html {
  return html`<div class="index" title="${definition}">${method}, ${bytes(size)} <span class="dim">${of}</span>${!valid && html` <span class="bad">invalid</span>`}
${
  search
    ? html`<div class="meter" role="img" aria-label="recall ${search.recall.toFixed(3)}"><span class="full" style="width:${(100 * search.recall).toFixed(1)}%"></span></div><b>recall ${search.recall.toFixed(3)}</b> ${search.indexMs.toFixed(1)} ms, the whole table ${search.exactMs.toFixed(1)} ms <span class="dim">${plural(search.queries, 'query').replace('querys', 'queries')} over ${plural(search.rows, 'row')}</span>`
    : html`<span class="dim">not searched</span>`
}</div>`;
}

function compared<T>(
  title: string,
  heads: readonly string[],
  columns: readonly (readonly T[])[],
  key: (item: T) => string,
  tell: (item: T) => Value,
): Html | undefined {
  const keys = [...new Set(columns.flatMap((items) => items.map(key)))].sort();
  if (keys.length === 0) return undefined;
  const rows = keys.map((name) => {
    const cells = columns.map((items) => {
      const item = items.find((each) => key(each) === name);
      return item === undefined ? html`<span class="dim">none</span>` : html`${tell(item)}`;
    });
    // Sizes and times differ each time; what is there and what is not is what a change makes.
    const shapes = cells.map((cell) => cell.toString().replace(/[\d.,]+ (ms|B|KiB|MiB)/g, ''));
    const changed = new Set(shapes).size > 1;
    return [name, ...cells.map((cell, at) => (changed && at > 0 ? html`<div class="changed">${cell}</div>` : cell))];
  });
  const body = table(title, [title, ...heads.slice(1)], rows);
  return keys.length > 12 ? html`<details><summary>${title}: ${keys.length}</summary>${body}</details>` : body;
}
