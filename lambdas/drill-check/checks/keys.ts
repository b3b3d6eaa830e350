import { quote } from '../../app-database/roles-plan';
import type { ForeignKeyState } from '../../heartbeat/contract';
import type { Session } from '../../shared/database';
import { count } from '../../vector-indexes/words';
import { listed, type Reading, type ReadingCheck, sameLedger } from '../check';
import { samplingOf, tableExists, tableSql, tableText } from './sampling';

const nameOf = ({ table, name }: ForeignKeyState) => `${tableText(table)}.${name}`;

/** The keys of the copy, and those that the manifest knows and the copy has no more. */
function keysOf({ now, manifests }: Pick<Reading, 'now' | 'manifests'>) {
  const then = manifests.findLast((each) => sameLedger(now, each));
  const names = now.foreignKeys.map(nameOf);
  const missing = (then?.foreignKeys ?? []).filter((key) => !names.includes(nameOf(key)));
  return { then, missing, all: [...now.foreignKeys, ...missing] };
}

export const foreignKeys: ReadingCheck = {
  name: 'foreign-keys',
  title: 'Every foreign key is there, and validated',
  expected: 'Each foreign key of the last manifest with the same migrations; each is validated.',
  run: async ({ now, manifests }) => {
    const { then, missing } = keysOf({ now, manifests });
    const open = now.foreignKeys.filter(({ validated }) => !validated);
    const problems = [
      ...(missing.length > 0 ? [`Missing: ${listed(missing.map(nameOf))}.`] : []),
      ...(open.length > 0 ? [`Not validated: ${listed(open.map(nameOf))}.`] : []),
    ];
    const compared = then === undefined ? 'held against no manifest' : `held against the manifest of ${then.at}`;
    return {
      passed: problems.length === 0,
      found: problems.length === 0 ? `${now.foreignKeys.length} keys, all validated, ${compared}.` : problems.join(' '),
      ...(then === undefined && { warning: 'No manifest has the same migrations to tell which keys there should be.' }),
      evidence: { Keys: now.foreignKeys.length, Missing: missing.map(nameOf), NotValidated: open.map(nameOf) },
    };
  },
};

/** A key that is there proves little: it can have been added without validation, or gone around by a replica. */
export const orphans: ReadingCheck = {
  name: 'orphans',
  title: 'No row refers to a row that is not there',
  expected: 'No orphan for any foreign key, also for those that are missing.',
  run: async ({ session, input, now, manifests }) => {
    const { all } = keysOf({ now, manifests });
    const mostBytes = input.Checks.exactRowsUpToMiB * 1024 * 1024;
    const looked: { Key: string; Read: string; Orphans: number }[] = [];
    const gone: string[] = [];
    for (const key of all) {
      if (!(await tableExists(session, key.table)) || !(await tableExists(session, key.references))) {
        gone.push(nameOf(key));
        continue;
      }
      const sampling = await samplingOf(session, key.table, mostBytes);
      looked.push({ Key: nameOf(key), Read: sampling.words, Orphans: await orphansOf(session, key, sampling.sql) });
    }
    const bad = looked.filter(({ Orphans }) => Orphans > 0);
    const sampled = looked.filter(({ Read }) => Read !== 'all rows');
    const problems = [
      ...bad.map(
        ({ Key, Orphans }) =>
          `${Key}: ${atMost(Orphans)} without the row that ${Orphans === 1 ? 'it refers' : 'they refer'} to.`,
      ),
      ...(gone.length > 0 ? [`A table is missing for ${listed(gone)}.`] : []),
    ];
    const where = sampled.length > 0 ? `, ${sampled.length} of them by a sample` : '';
    return {
      passed: problems.length === 0,
      found: problems.length === 0 ? `None for ${looked.length} keys${where}.` : problems.join(' '),
      evidence: { Keys: looked },
    };
  },
};

// More would tell nothing new, and a table may have millions.
const most = 1_000;
const atMost = (orphans: number) =>
  orphans > most ? `more than ${count(most)} rows` : `${count(orphans)} ${orphans === 1 ? 'row' : 'rows'}`;

async function orphansOf(session: Session, key: ForeignKeyState, sampling: string): Promise<number> {
  const { columns, referencedColumns, table, references } = key;
  const all = (sql: (column: string, index: number) => string) => columns.map(sql).join(' AND ');
  const matches = all((column, index) => `r.${quote(referencedColumns[index] ?? '')} = t.${quote(column)}`);
  const { rows } = await session.query<{ orphans: number }>(
    `SELECT count(*)::int AS orphans FROM (
       SELECT 1 FROM ${tableSql(table)} AS t${sampling}
       WHERE ${all((column) => `t.${quote(column)} IS NOT NULL`)}
         AND NOT EXISTS (SELECT FROM ${tableSql(references)} AS r WHERE ${matches})
       LIMIT ${most + 1}) AS found`,
  );
  return rows[0]?.orphans ?? 0;
}
