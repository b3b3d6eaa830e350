import type { HistoryEvent, HistoryEventType } from '@aws-sdk/client-sfn';
import type { Json } from '../json';

/** Which edge of the definition an event walks; a symbol, so that it never gets into an answer of the API. */
export const walked = Symbol('walked');

/** As GetExecutionHistory gives them. */
export interface ExecutionEvent extends HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly timestamp: Date;
  readonly type: HistoryEventType;
  readonly [walked]?: string;
}

export type EventDetails = Omit<HistoryEvent, 'id' | 'previousEventId' | 'timestamp' | 'type'>;

export class History {
  readonly events: ExecutionEvent[] = [];
  private ended = false;

  constructor(
    private readonly date: () => Date,
    private readonly record: (event: ExecutionEvent) => void,
    /** Called instead of the event that would leave no room for the last one. Throws. */
    private readonly full: (() => never) | undefined,
    private readonly limit: number,
  ) {}

  add(type: HistoryEventType, previousEventId: number, details: EventDetails = {}, edge?: string): number {
    if (this.ended) throw new Error(`The execution has ended, and ${type} comes too late.`);
    if (this.full && this.events.length >= this.limit - 1) this.full();
    return this.append(type, previousEventId, details, edge);
  }

  /** The last event. */
  end(type: HistoryEventType, previousEventId: number, details: EventDetails): void {
    this.append(type, previousEventId, details);
    this.ended = true;
  }

  private append(type: HistoryEventType, previousEventId: number, details: EventDetails, edge?: string): number {
    const id = this.events.length + 1;
    const event = { timestamp: this.date(), type, id, previousEventId, ...details, ...(edge && { [walked]: edge }) };
    this.events.push(event);
    this.record(event);
    return id;
  }
}

export function inputOf(value: Json) {
  return { input: JSON.stringify(value), inputDetails: { truncated: false } };
}

export function outputOf(value: Json) {
  return { output: JSON.stringify(value), outputDetails: { truncated: false } };
}
