// One clock for the whole rehearsal. Work takes the time that it takes; waits are jumped over.
//
// Time flows with the machine's own clock, plus an offset. While nothing is at work and something sleeps, the clock
// jumps to the earliest wake-up. So a state machine that waits for forty minutes between two functions takes as long as
// the functions do, and a restore that takes three seconds here still takes three seconds off a timeout.
//
// Between the end of one piece of work and the beginning of the next there are promises to be settled. The clock
// therefore jumps only after the event loop has turned twice without anything having begun, ended or gone to sleep.

import { performance } from 'node:perf_hooks';

/** Node's timers take no more; a longer sleep beside work is simply armed again. */
const longestTimer = 2 ** 31 - 1;
const quietTurns = 2;

export interface ClockOptions {
  /** What the clock shows at first. */
  readonly start?: Date;
  /** Milliseconds that only grow; a test gives one that stands still. */
  readonly monotonic?: () => number;
}

export class ClockClosed extends Error {
  constructor() {
    super('The rehearsal has ended.');
  }
}

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
  readonly fail: (reason: unknown) => void;
}

export class Clock {
  private readonly monotonic: () => number;
  private offset: number;
  private working = 0;
  /** Grows with everything that happens here, so that a turn of the event loop can be called quiet. */
  private activity = 0;
  private readonly sleepers: Sleeper[] = [];
  private readonly jumps: { readonly from: number; readonly to: number }[] = [];
  private ahead: number;
  private turn: NodeJS.Immediate | undefined;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(options: ClockOptions = {}) {
    this.monotonic = options.monotonic ?? (() => performance.now());
    const start = (options.start ?? new Date()).getTime();
    this.offset = start - this.monotonic();
    this.ahead = start - Date.now();
  }

  /** Milliseconds since 1970, in the time of the rehearsal. */
  now(): number {
    return this.monotonic() + this.offset;
  }

  date(): Date {
    return new Date(Math.floor(this.now()));
  }

  /**
   * Back to the machine's own time, between two things that have nothing to do with each other. What is written into a
   * database in between is then not minutes behind.
   */
  rebase(): void {
    if (this.working > 0 || this.sleepers.length > 0) return;
    this.jumps.length = 0;
    this.offset = Date.now() - this.monotonic();
    this.ahead = 0;
  }

  /** The machine's own time at a time of the rehearsal; all of a jump happened in one moment of it. */
  real(time: Date): Date {
    const at = time.getTime();
    const skipped = this.jumps.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(at, to) - from), 0);
    return new Date(at - skipped - this.ahead);
  }

  /** What takes real time: a function in its process, a restore. The clock does not jump before all of it is done. */
  async work<T>(task: () => T | Promise<T>): Promise<T> {
    this.count(1);
    try {
      return await task();
    } finally {
      this.count(-1);
    }
  }

  /** Within work: waiting for something that sleeps. Without it, the sleep would take as long as it says. */
  async rest<T>(task: () => T | Promise<T>): Promise<T> {
    this.count(-1);
    try {
      return await task();
    } finally {
      this.count(1);
    }
  }

  /** For so many milliseconds, or until a time. Sleepers with the same wake-up wake in the order in which they went. */
  sleep(until: number | Date, signal?: AbortSignal): Promise<void> {
    const due = until instanceof Date ? until.getTime() : this.now() + Math.max(0, until);
    if (Number.isNaN(due)) throw new RangeError('A sleep needs a number of milliseconds or a valid date.');
    if (this.closed) return Promise.reject(new ClockClosed());
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const aborted = () => {
        this.remove(sleeper);
        reject(signal?.reason);
      };
      const ended = () => signal?.removeEventListener('abort', aborted);
      const sleeper: Sleeper = {
        due,
        wake: () => {
          ended();
          resolve();
        },
        fail: (reason) => {
          ended();
          reject(reason);
        },
      };
      signal?.addEventListener('abort', aborted, { once: true });
      this.sleepers.splice(this.place(sleeper), 0, sleeper);
      this.changed();
    });
  }

  /** For a report, and for finding out why nothing happens: with nobody at work and nobody asleep, nothing ever will. */
  standing(): { readonly working: number; readonly sleeping: number; readonly nextWakeUp?: Date } {
    const first = this.sleepers[0];
    return {
      working: this.working,
      sleeping: this.sleepers.length,
      ...(first && { nextWakeUp: new Date(Math.ceil(first.due)) }),
    };
  }

  /** Whoever sleeps is told so; no timer is left behind. */
  close(): void {
    this.closed = true;
    clearImmediate(this.turn);
    clearTimeout(this.timer);
    for (const sleeper of this.sleepers.splice(0)) sleeper.fail(new ClockClosed());
  }

  private count(by: 1 | -1): void {
    this.working += by;
    this.changed();
  }

  private changed(): void {
    this.activity++;
    if (this.closed) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    const first = this.sleepers[0];
    if (!first) return;
    if (this.working > 0) {
      const left = Math.min(Math.max(0, Math.ceil(first.due - this.now())), longestTimer);
      this.timer = setTimeout(() => this.wakeDue(), left);
    } else if (!this.turn) {
      this.watch(this.activity, 0);
    }
  }

  private watch(activity: number, quiet: number): void {
    this.turn = setImmediate(() => {
      this.turn = undefined;
      const first = this.sleepers[0];
      if (this.working > 0 || !first) return;
      if (this.activity !== activity) this.watch(this.activity, 0);
      else if (quiet + 1 < quietTurns) this.watch(activity, quiet + 1);
      else {
        if (first.due > this.now()) this.jumpTo(first.due);
        this.wakeDue();
      }
    });
  }

  private jumpTo(due: number): void {
    this.jumps.push({ from: this.now(), to: due });
    this.offset = due - this.monotonic();
  }

  private wakeDue(): void {
    // A rounding error of a jump must not leave a sleeper a billionth of a millisecond short.
    const now = this.now() + 1e-6;
    while (this.sleepers[0] && this.sleepers[0].due <= now) this.sleepers.shift()?.wake();
    this.changed();
  }

  private remove(sleeper: Sleeper): void {
    const at = this.sleepers.indexOf(sleeper);
    if (at >= 0) this.sleepers.splice(at, 1);
    this.changed();
  }

  private place(sleeper: Sleeper): number {
    let low = 0;
    let high = this.sleepers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.sleepers[middle]?.due ?? 0) <= sleeper.due) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
