/** One engine, many connections: who has it, who waits, and how an idle holder makes room. */

export interface Holder {
  /** Milliseconds since it last did something, or undefined while it works. */
  idleFor(): number | undefined;
  /** Gives the engine back if nothing of the session would be lost by it, else says what it holds on to. */
  park(): Promise<undefined | string>;
  /** For the message to whoever waited in vain. */
  describe(): string;
}

export class TurnTimeout extends Error {}

// A holder between two statements of a burst is left alone for so long (ms); a switch costs some 300 ms.
const idleGrace = 40;
const retryEvery = 20;

interface Waiter {
  readonly holder: Holder;
  grant(): void;
  refuse(error: Error): void;
}

export class Turns {
  private holder: Holder | undefined;
  private readonly queue: Waiter[] = [];
  private timer: NodeJS.Timeout | undefined;
  private parking = false;
  private heldBy = '';

  constructor(private readonly waitSeconds: number) {}

  take(holder: Holder): Promise<void> {
    if (!this.holder && this.queue.length === 0) {
      this.holder = holder;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(deadline);
        const at = this.queue.indexOf(waiter);
        if (at >= 0) this.queue.splice(at, 1);
      };
      const waiter: Waiter = {
        holder,
        grant: () => {
          done();
          this.holder = holder;
          resolve();
        },
        refuse: (error) => {
          done();
          reject(error);
        },
      };
      const deadline = setTimeout(() => waiter.refuse(this.timeout()), this.waitSeconds * 1000);
      this.queue.push(waiter);
      this.schedule(0);
    });
  }

  release(holder: Holder): void {
    if (this.holder !== holder) return;
    this.holder = undefined;
    this.heldBy = '';
    this.queue[0]?.grant();
  }

  /** Takes a connection that went away out of the queue. */
  withdraw(holder: Holder): void {
    for (const waiter of this.queue.filter((w) => w.holder === holder)) waiter.refuse(new TurnTimeout('it went away'));
  }

  private schedule(delay: number): void {
    if (this.timer || this.queue.length === 0) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.makeRoom().finally(() => this.schedule(retryEvery));
    }, delay);
  }

  private async makeRoom(): Promise<void> {
    const holder = this.holder;
    if (!holder || this.parking) return;
    const idle = holder.idleFor();
    if (idle === undefined) {
      this.heldBy = 'a statement that still runs';
      return;
    }
    if (idle < idleGrace) return;
    this.parking = true;
    try {
      const holds = await holder.park();
      if (holds === undefined) this.release(holder);
      else this.heldBy = holds;
    } finally {
      this.parking = false;
    }
  }

  private timeout(): TurnTimeout {
    const who = this.holder?.describe() ?? 'another connection';
    return new TurnTimeout(
      `the embedded Postgres serves one session at a time, and this one waited ${this.waitSeconds} s for ${who}, which holds ${this.heldBy || 'the engine'}`,
    );
  }
}
