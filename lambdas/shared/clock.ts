/** Time, and waiting for it, so that a test can say what time it is. */
export interface Clock {
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** A moment by which work must have stopped, in milliseconds since 1970. */
export type Deadline = number;
