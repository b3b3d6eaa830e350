import type { PostgresPlace } from '../postgres/place';
import type { Account } from './account';
import type { Assembly } from './assembly';
import type { LocalCloud } from './cloud/cloud';
import type { Drilled, DrillRequest } from './drills/run';
import type { ChosenFault } from './faults/faults';
import type { PhaseName, Report, TimedEvent } from './report';
import type { Waiting } from './services/task-tokens';

/** What may be made beside the deploy, and is waited for when its turn comes. */
export type Later<T> = T | Promise<T>;

export interface RehearseOptions {
  /** What it is called in the report: `ndis-chatbot-dev`. */
  readonly name: string;
  readonly assembly: Assembly;
  /** The same project, synthesized once more: what differs each time is found by it. Without it, the same app is taken. */
  readonly again?: Later<Assembly>;
  /** The same project after a change; without it, that phase is left out. */
  readonly changed?: Later<Assembly>;
  readonly place: PostgresPlace;
  /** SQL that an application of this project would run to fill its tables; without it, rows are made up from the catalogs. */
  readonly samples?: readonly string[];
  readonly fault?: ChosenFault;
  /** Does what people do whom a machine waits for; gives a sentence for the report. */
  readonly answer?: (waiting: Waiting, cloud: LocalCloud) => Promise<string>;
  /** Deploys, drills, and nothing else: no second deploy and no change. */
  readonly drill?: DrillRequest & {
    /** Reads what the drills have proved, while it is there; gives a sentence for each that is not as it should be. */
    readonly judge: (drilled: Drilled, cloud: LocalCloud) => Promise<readonly string[]>;
  };
  /** Called as soon as the cloud stands, for faults and for tests that look inside. */
  readonly opened?: (cloud: LocalCloud, account: Account) => void;
  readonly watch?: (event: TimedEvent) => void;
  readonly phase?: (name: PhaseName, title: string) => void;
  /** What is done between the phases. */
  readonly aside?: (title: string) => void;
  /** Instead of destroying what was deployed: called with the report, and what stands goes when it resolves. */
  readonly keep?: (report: Report, cloud: LocalCloud) => Promise<void>;
  readonly signal?: AbortSignal;
}
