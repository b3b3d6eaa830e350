/** Runs work that Ctrl-C (or a closed terminal) may end at any moment; whatever `cleanUp` returns is waited for. */
export async function untilInterrupted(
  work: (interrupted: AbortSignal) => Promise<number>,
  cleanUp: () => Promise<void>,
): Promise<number> {
  const controller = new AbortController();
  let received: NodeJS.Signals | undefined;
  const stop = (signal: NodeJS.Signals) => {
    received ??= signal;
    controller.abort();
  };
  const signals: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, stop);
  const interruption = new Promise<number>((resolve) => {
    controller.signal.addEventListener('abort', () => resolve(received === 'SIGINT' ? 130 : 143));
  });
  try {
    return await Promise.race([work(controller.signal), interruption]);
  } finally {
    await cleanUp();
    for (const signal of signals) process.off(signal, stop);
  }
}

/** Resolves when all that was printed has gone out: the end of a process cuts off what a pipe has not taken yet. */
export const printed = () => new Promise<void>((resolve) => process.stdout.write('', () => resolve()));

export const print = (line = '') => process.stdout.write(`${line}\n`);
