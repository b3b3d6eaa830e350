import type { TimedEvent } from '../../rehearsal/report';

type StackEvent = Extract<TimedEvent, { kind: 'stack' }>;
type ResourceEvent = Extract<TimedEvent, { kind: 'resource' }>;

export interface Finished {
  readonly logicalId: string;
  readonly type: string;
  readonly ms: number;
}

/** One stack on its way: how far it is, and what it is waiting for. */
export class StackProgress {
  readonly stack: string;
  readonly verb: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly began: number;
  readonly total: number;
  rollingBack = false;
  /** Whether a resource of it has failed. */
  failed = false;
  readonly #running = new Map<string, ResourceEvent>();
  readonly #done = new Set<string>();

  constructor({ stack, status, at, resources }: StackEvent) {
    this.stack = stack;
    this.verb = status.startsWith('CREATE') ? 'CREATE' : status.startsWith('DELETE') ? 'DELETE' : 'UPDATE';
    this.began = at;
    this.total = resources;
  }

  /** What it has taken if it is done with this event. */
  take(event: ResourceEvent): Finished | undefined {
    const { logicalId, type, status } = event;
    if (status.endsWith('_IN_PROGRESS')) {
      this.#running.set(logicalId, event);
      return undefined;
    }
    const begun = this.#running.get(logicalId)?.at ?? event.at;
    this.#running.delete(logicalId);
    if (status.endsWith('_FAILED')) this.failed = true;
    else this.#done.add(logicalId);
    return { logicalId, type, ms: event.at - begun };
  }

  get done(): number {
    return this.#done.size;
  }

  /** Those that run now, the longest first. */
  running(): readonly ResourceEvent[] {
    return [...this.#running.values()].sort((a, b) => a.at - b.at);
  }
}

/** `NetworkVpc7FB7348F` without what the CDK puts behind it to make it unique. */
export const withoutHash = (logicalId: string): string => logicalId.replace(/(?<=.)[0-9A-F]{8}$/, '');

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
