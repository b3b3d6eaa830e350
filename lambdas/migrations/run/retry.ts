import type { Session } from '../../shared/database';
import type { Statement } from '../script';
import { describeBlockers } from './blockers';
import type { RunSettings } from './settings';

/** Another session was in the way, and may not be for ever. */
export const isLockProblem = (code: string | undefined) => code === '55P03' || code === '40P01';

// Half a second, doubled each time.
const firstPauseMs = 500;

/** How often one file has been tried, and why it was not done. */
export class Retries {
  private tried = 0;
  private seen = '';

  constructor(
    private readonly settings: RunSettings,
    private readonly session: Session,
  ) {}

  /** Waits, and says whether it is worth another try. The session is outside any transaction. */
  async again(path: string, code: string | undefined, statement: Statement | undefined): Promise<boolean> {
    const { clock, until, lockRetries, report } = this.settings;
    this.seen = await describeBlockers(this.session, statement);
    this.tried++;
    const pause = firstPauseMs * 2 ** (this.tried - 1);
    if (this.tried > lockRetries || clock.now() + pause >= until) return false;
    const what = code === '40P01' ? 'met a deadlock' : 'did not get its lock';
    report({ event: 'waiting', message: `${path} ${what}: ${this.seen}. Trying again in ${pause / 1000} s.` });
    await clock.sleep(pause);
    return true;
  }

  /** What the error says at the end. */
  get notes(): string[] {
    return this.tried === 0 ? [] : [`  tried ${this.tried} time${this.tried === 1 ? '' : 's'}: ${this.seen}.`];
  }
}
