import type { Clock } from '../clock';
import type { FunctionError, InvocationResult } from './process';

// Lambda's two more tries of an event whose function failed.
const retryAfterMs = [60_000, 120_000];

/** An event that nobody waits for: tried again when the function fails, and then given up. Resolves to the last error. */
export async function deliver(
  clock: Clock,
  invoke: () => Promise<InvocationResult>,
  { retries = retryAfterMs.length, signal }: { readonly retries?: number; readonly signal?: AbortSignal } = {},
): Promise<FunctionError | undefined> {
  let failure: FunctionError | undefined;
  for (const wait of [0, ...retryAfterMs.slice(0, retries)]) {
    if (wait > 0) await clock.sleep(wait, signal);
    failure = (await invoke()).error;
    if (!failure) return undefined;
  }
  return failure;
}
