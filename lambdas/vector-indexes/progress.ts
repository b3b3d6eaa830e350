import type { Session } from '../shared/database';
import type { BuildProgress } from './contract';
import { duration } from './words';

interface Row {
  phase: string | null;
  blocks_done: number;
  blocks_total: number;
  tuples_done: number;
  tuples_total: number;
  locker: number;
  /** Null for a session of another login, which shows nothing of what it does. */
  elapsed: number | null;
}

/** How far the build of a session is. `rows` is what the index will hold: a build does not know it. */
export async function readProgress(session: Session, pid: number, rows: number): Promise<BuildProgress | undefined> {
  const { rows: found } = await session.query<Row>(
    `SELECT p.phase, p.blocks_done::float8, p.blocks_total::float8, p.tuples_done::float8, p.tuples_total::float8,
            p.current_locker_pid::int AS locker, extract(epoch FROM clock_timestamp() - a.query_start)::float8 AS elapsed
     FROM pg_stat_activity a LEFT JOIN pg_stat_progress_create_index p USING (pid) WHERE a.pid = $1`,
    [pid],
  );
  const row = found[0];
  if (!row) return undefined;
  const part = row.phase === null ? undefined : partDone(row, rows);
  const elapsedSeconds = Math.max(row.elapsed ?? 0, 0);
  // Only where nearly all the time goes into one phase does its part say when the whole is done. Less than a fiftieth
  // is too little to tell.
  const foretells = row.phase === 'building index: loading tuples' && part !== undefined && part >= 0.02;
  return {
    pid,
    phase: row.phase ?? (row.elapsed === null ? 'visible to its own login only' : 'starting'),
    elapsedSeconds,
    ...(part !== undefined && { percent: Math.round(part * 100) }),
    ...(foretells && { remainingSeconds: elapsedSeconds * (1 / part - 1) }),
    ...(row.locker > 0 && { waitsFor: row.locker }),
  };
}

// pgvector counts tuples and tells no total while it loads a graph; blocks say less, because the vectors are not in them.
function partDone(row: Row, rows: number): number | undefined {
  if (row.tuples_total > 0) return Math.min(row.tuples_done / row.tuples_total, 1);
  if (row.tuples_done > 0 && rows > 0) return Math.min(row.tuples_done / rows, 1);
  return row.blocks_total > 0 ? Math.min(row.blocks_done / row.blocks_total, 1) : undefined;
}

export function progressSentence(name: string, progress: BuildProgress): string {
  const { phase, percent, elapsedSeconds, remainingSeconds, waitsFor } = progress;
  const done = percent === undefined ? '' : `, ${percent} % done`;
  const left = remainingSeconds === undefined ? '' : `, about ${duration(remainingSeconds)} left`;
  const waits = waitsFor === undefined ? '' : `, waiting for session ${waitsFor} to end its transaction`;
  return `"${name}" is being built for ${duration(elapsedSeconds)} (${phase}${done}${left}${waits}).`;
}
