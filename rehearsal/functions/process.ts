import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { NodeBinary } from './node';

export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

export type InvocationResult =
  | { readonly payload: string; readonly error?: undefined }
  | { readonly error: FunctionError; readonly payload?: undefined };

/** What a connection comes to: a port on this machine, or the error of a socket. */
export type Routed =
  | { readonly port: number }
  | { readonly error: { readonly code: string; readonly message: string; readonly syscall: string } };

export interface ProcessOptions {
  readonly node: NodeBinary;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMiB: number;
  readonly connect: (host: string, port: number) => Promise<Routed>;
  readonly line: (line: string) => void;
}

interface Invocation {
  readonly event: unknown;
  readonly requestId: string;
  readonly arn: string;
  readonly timeoutMs: number;
  readonly ahead: number;
}

// A new process must be up by then; Lambda gives ten seconds to what runs before the handler.
const initMs = 10_000;
const memoryEveryMs = 100;

/** One execution environment of a function: its own process, one invocation at a time, kept warm in between. */
export class FunctionProcess {
  /** The most that it has taken, in MiB, where the system tells. */
  peakMiB = 0;
  readonly #child: ChildProcess;
  readonly #ready: Promise<InvocationResult | undefined>;
  readonly #ended: Promise<void>;
  #answer: (result: InvocationResult) => void = () => {};
  #over: InvocationResult | undefined;

  constructor(private readonly options: ProcessOptions) {
    const { node, folder, environment, memoryMiB } = options;
    // Lambda leaves a tenth of the memory to what is not the heap.
    const flags = [`--max-old-space-size=${Math.floor(memoryMiB * 0.9)}`, join(__dirname, 'runtime.cjs')];
    this.#child = spawn(node.path, flags, {
      cwd: folder,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', options.line);
    }
    this.#ready = new Promise((resolve) => {
      this.#answer = resolve;
      this.#child.on('message', (message: Message) => this.receive(message, () => resolve(undefined)));
    });
    this.#ended = new Promise((resolve) => {
      const end = (how: string) => {
        this.#over ??= exited(how);
        this.#answer(this.#over);
        resolve();
      };
      this.#child.once('error', (error) => end(error.message));
      // Not "exit": what it wrote at last may still be on its way.
      this.#child.once('close', (code, signal) => end(signal ? `signal: ${signal}` : `exit status ${code}`));
    });
  }

  get alive(): boolean {
    return this.#over === undefined;
  }

  async invoke(invocation: Invocation): Promise<InvocationResult> {
    const watch = setInterval(() => this.watchMemory(), memoryEveryMs);
    try {
      const failed = await this.within(this.#ready, initMs, () => timedOut(invocation.requestId, initMs));
      if (failed) {
        // What did not load is not tried again in the same environment.
        void this.kill(failed);
        return failed;
      }
      const answered = new Promise<InvocationResult>((resolve) => {
        this.#answer = resolve;
      });
      if (this.#over) return this.#over;
      this.#child.send({ kind: 'invoke', ...invocation });
      return (await this.within(answered, invocation.timeoutMs, () =>
        timedOut(invocation.requestId, invocation.timeoutMs),
      )) as InvocationResult;
    } finally {
      clearInterval(watch);
    }
  }

  /** As Lambda ends an environment: at once, with nothing to say in the matter. */
  async kill(because?: InvocationResult): Promise<void> {
    if (because) this.#over ??= because;
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  private async within<T>(work: Promise<T>, ms: number, late: () => InvocationResult): Promise<T | InvocationResult> {
    let timer: NodeJS.Timeout | undefined;
    const expired = new Promise<InvocationResult>((resolve) => {
      timer = setTimeout(() => {
        const result = late();
        void this.kill(result);
        resolve(result);
      }, ms);
    });
    try {
      return await Promise.race([work, expired]);
    } finally {
      clearTimeout(timer);
    }
  }

  private receive(message: Message, ready: () => void): void {
    switch (message.kind) {
      case 'ready':
        ready();
        return;
      case 'result':
        this.#answer(message.error ? { error: message.error } : { payload: message.payload ?? 'null' });
        return;
      case 'connect':
        void this.options
          .connect(message.host, message.port)
          .catch(lost)
          .then((answer) => {
            if (this.alive && this.#child.connected) this.#child.send({ kind: 'route', id: message.id, ...answer });
          });
    }
  }

  private watchMemory(): void {
    const resident = residentMiB(this.#child.pid);
    if (resident === undefined) return;
    this.peakMiB = Math.max(this.peakMiB, resident);
    if (resident > this.options.memoryMiB) void this.kill(exited('signal: killed', 'Runtime.OutOfMemory'));
  }
}

type Message =
  | { kind: 'ready' }
  | { kind: 'result'; payload?: string; error?: FunctionError }
  | { kind: 'connect'; id: number; host: string; port: number };

const exited = (how: string, errorType = 'Runtime.ExitError'): InvocationResult => ({
  error: { errorType, errorMessage: `Error: Runtime exited with error: ${how}` },
});

const timedOut = (requestId: string, ms: number): InvocationResult => ({
  error: {
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${(ms / 1000).toFixed(2)} seconds`,
  },
});

/** What the kernel counts for the process. Undefined without a /proc. */
function residentMiB(pid: number | undefined): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const resident = /VmRSS:\s+(\d+) kB/.exec(status)?.[1];
    return resident === undefined ? undefined : Number(resident) / 1024;
  } catch {
    return undefined;
  }
}

/** A function that waits for an answer would wait until its time is over, so it gets one whatever goes wrong here. */
const lost = (error: Error): Routed => ({
  error: { code: 'ECONNRESET', message: `read ECONNRESET (${error.message})`, syscall: 'read' },
});
