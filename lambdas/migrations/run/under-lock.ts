import { withAdvisoryLock } from '../../shared/advisory-lock';
import type { Session } from '../../shared/database';
import type { RunSettings } from './settings';

/** One runner at a time; the second one is told that it waits. */
export function underLock<T>(session: Session, settings: RunSettings, work: () => Promise<T>): Promise<T> {
  let told = false;
  const onWait = () => {
    if (!told)
      settings.report({ event: 'waiting', message: 'Another run holds the lock "migrations"; waiting for it.' });
    told = true;
  };
  return withAdvisoryLock(session, 'migrations', { until: settings.until, clock: settings.clock, onWait }, work);
}
