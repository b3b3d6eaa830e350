import { setMaxListeners } from 'node:events';

/** A controller that is aborted with the signal, until it is let go. */
export class LinkedAbort {
  private readonly controller = new AbortController();
  readonly signal = this.controller.signal;
  private readonly follow = () => this.controller.abort(this.outer.reason);

  constructor(private readonly outer: AbortSignal) {
    setMaxListeners(0, this.signal);
    if (outer.aborted) this.follow();
    else outer.addEventListener('abort', this.follow, { once: true });
  }

  abort(reason: unknown): void {
    this.controller.abort(reason);
  }

  letGo(): void {
    this.outer.removeEventListener('abort', this.follow);
  }
}

/** The promise, or the signal's reason if that comes first. What the promise does later is nobody's business any more. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const aborted = () => reject(signal.reason);
    if (signal.aborted) aborted();
    signal.addEventListener('abort', aborted, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', aborted));
  });
}
