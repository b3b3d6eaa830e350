import type { Session } from '../../shared/database';
import type { Script } from '../script';
import { roleStatements } from './ledger';
import type { RunSettings } from './settings';

/** Text of a query, put together from statements of ours and the text of files, with the count of both. */
export class Envelope {
  private readonly parts: string[] = [];
  private at = 0;
  /** How many statements it holds so far. */
  statements = 0;

  add(...statements: readonly string[]): this {
    for (const statement of statements) {
      this.statements++;
      this.append(`${statement};\n`);
    }
    return this;
  }

  /** A file's own text, as it stands; its last statement may lack a semicolon, and its last line may be a comment. */
  addText(text: string, statements: number): { readonly bodyAt: number; readonly bodyLength: number } {
    const bodyAt = this.at;
    this.statements += statements;
    this.append(`${text}\n;\n`);
    return { bodyAt, bodyLength: text.length };
  }

  get text(): string {
    return this.parts.join('');
  }

  get length(): number {
    return this.at;
  }

  private append(part: string): void {
    this.parts.push(part);
    this.at += part.length;
  }
}

/** Gives the work the settings that the session had, so that each file begins with just those, and puts them back. */
export async function keepingSettings<T>(session: Session, work: (baseline: string[]) => Promise<T>): Promise<T> {
  const baseline = await baselineOf(session);
  const restore = () => session.query(['RESET ALL', ...baseline].join(';\n'));
  try {
    const result = await work(baseline);
    await restore();
    return result;
  } catch (error) {
    // Where the connection is gone, so are its settings, and the error of the work is the one to tell.
    await restore().catch(() => undefined);
    throw error;
  }
}

async function baselineOf(session: Session): Promise<string[]> {
  const { rows } = await session.query<{ statement: string }>(
    `SELECT format('SET %s = %L', name, current_setting(name)) AS statement FROM pg_settings
     WHERE source = 'session' AND name !~ '^(role|session_authorization|transaction_.*|is_superuser)$'
       AND context IN ('user', 'superuser')`,
  );
  return rows.map(({ statement }) => statement);
}

/** A SET that an earlier file left behind must not change what this one means. */
export const fresh = (baseline: readonly string[], settings: RunSettings): string[] => [
  'RESET ALL',
  ...baseline,
  ...roleStatements(settings).take,
];

/** Milliseconds; the deadline cuts off what would run beyond it. 0 is no limit. */
export function timeoutsOf(script: Script, settings: RunSettings): { lock: number; statement: number } {
  const lock = script.lockTimeoutMs ?? settings.lockTimeoutMs;
  const own = script.statementTimeoutMs ?? settings.statementTimeoutMs;
  if (settings.until === Number.POSITIVE_INFINITY) return { lock, statement: own };
  const left = Math.max(1, Math.ceil(settings.until - settings.clock.now()));
  return { lock, statement: own === 0 ? left : Math.min(own, left) };
}

export const deadlineNotes = (code: string | undefined, { until, clock }: RunSettings): string[] =>
  code === '57014' && clock.now() >= until
    ? ['  The deadline of this run cut it off; with more time, or less to do, it can be run again.']
    : [];
