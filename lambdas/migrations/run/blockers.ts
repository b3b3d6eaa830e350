import type { Session } from '../../shared/database';
import { type LockMode, lockModes, locksOf } from '../lock';
import type { Statement } from '../script';
import { listName } from '../sql/tree';

/** Which modes a mode waits for, as PostgreSQL's table of lock conflicts has them: those from this one upwards. */
const conflicts: Readonly<Record<LockMode, readonly LockMode[]>> = {
  'ACCESS SHARE': ['ACCESS EXCLUSIVE'],
  'ROW SHARE': ['EXCLUSIVE', 'ACCESS EXCLUSIVE'],
  'ROW EXCLUSIVE': ['SHARE', 'SHARE ROW EXCLUSIVE', 'EXCLUSIVE', 'ACCESS EXCLUSIVE'],
  'SHARE UPDATE EXCLUSIVE': lockModes.slice(3),
  SHARE: lockModes.filter((mode) => !['ACCESS SHARE', 'ROW SHARE', 'SHARE'].includes(mode)),
  'SHARE ROW EXCLUSIVE': lockModes.slice(2),
  EXCLUSIVE: lockModes.slice(1),
  'ACCESS EXCLUSIVE': lockModes,
};

/** `ShareRowExclusiveLock`, as pg_locks spells it. */
const spelled = (mode: LockMode) =>
  `${mode.toLowerCase().replace(/(^| )(\w)/g, (_, _blank, letter: string) => letter.toUpperCase())}Lock`;

const holders = `
  SELECT DISTINCT a.pid, a.usename AS who, a.application_name AS application, a.state, c.oid::regclass::text AS relation,
         l.mode, date_trunc('second', now() - a.xact_start)::text AS since
  FROM unnest($1::text[], $2::text[]) AS wanted (relation, modes)
  JOIN pg_class c ON c.oid IN (to_regclass(wanted.relation),
    (SELECT i.indrelid FROM pg_index i WHERE i.indexrelid = to_regclass(wanted.relation)))
  JOIN pg_locks l ON l.relation = c.oid AND l.granted AND l.mode = ANY (string_to_array(wanted.modes, ','))
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  JOIN pg_stat_activity a ON a.pid = l.pid
  WHERE l.pid <> pg_backend_pid() ORDER BY a.pid LIMIT 5`;

interface Holder {
  readonly pid: number;
  readonly who: string | null;
  readonly application: string | null;
  readonly state: string | null;
  readonly relation: string;
  readonly mode: string;
  readonly since: string | null;
}

/**
 * Who stands in the way of the statement. We were the one that waited and no longer do, and the one connection could not
 * look meanwhile: so this is who holds such a lock right after, which is nearly always who held it before.
 */
export async function describeBlockers(session: Session, statement: Statement | undefined): Promise<string> {
  const wanted = statement === undefined ? [] : wantedLocks(statement);
  if (wanted.length === 0) return 'which session was in the way cannot be seen from the statement';
  const names = wanted.map(({ table }) => table);
  const modes = wanted.map(({ mode }) => conflicts[mode].map(spelled).join(','));
  const { rows } = await session.query<Holder>(holders, [names, modes]);
  if (rows.length === 0) return `no session held a lock on ${names.join(', ')} any more when we looked right after`;
  return rows.map(describe).join('; ');
}

function describe({ pid, who, application, state, relation, mode, since }: Holder): string {
  const known = [who ?? '', application ? `application "${application}"` : '', state ?? ''].filter(
    (part) => part !== '',
  );
  const open = since === null ? '' : `, in a transaction open for ${since}`;
  return `session ${pid} (${known.join(', ')}) holds ${mode} on ${relation}${open}`;
}

function wantedLocks({ node }: Statement): { table: string; mode: LockMode }[] {
  const dropsIndex = 'DropStmt' in node && node.DropStmt.removeType === 'OBJECT_INDEX';
  const dropped = dropsIndex
    ? (node.DropStmt.objects ?? []).map((object) => ({ table: listName(object), mode: 'ACCESS EXCLUSIVE' as const }))
    : [];
  return [...locksOf(node), ...dropped].map(({ table, mode }) => ({ table: quoted(table), mode }));
}

/** `to_regclass` folds to lower case what is not quoted; our books hold the names as they are. */
const quoted = (name: string) =>
  name
    .split('.')
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.');
