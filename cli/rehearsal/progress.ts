import type { PhaseName, TimedEvent } from '../../rehearsal/report';
import { print } from '../terminal';

/** What is shown while a rehearsal runs. */
export interface Progress {
  begin(name: string, place: string): void;
  synthesized(): void;
  readonly phase: (name: PhaseName, title: string) => void;
  readonly watch: (event: TimedEvent) => void;
  end(): void;
}

export function progress(silent: boolean): Progress {
  const say = silent ? () => {} : print;
  const start = performance.now();
  const seconds = () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
  return {
    begin: (name, place) => say(`Rehearsing ${name} on ${place}`),
    synthesized: () => say(`  synthesized  ${seconds()}`),
    phase: (_, title) => say(`  ${title}`),
    watch: (event) => {
      if (event.kind === 'stack') say(`    ${event.stack}  ${event.status}  ${seconds()}`);
      else if (event.status.endsWith('_FAILED')) say(`      ${event.logicalId}  ${event.status}: ${event.reason}`);
    },
    end: () => {},
  };
}
