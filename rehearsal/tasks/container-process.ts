import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Container } from './definition';

export interface ContainerOptions {
  readonly container: Container;
  readonly environment: Readonly<Record<string, string>>;
  /** The folder of this machine behind each path of the container. */
  readonly folders: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly line: (text: string) => void;
}

// ECS gives a container half a minute between the polite signal and the other one. Here nobody wants to wait.
const politeMs = 2_000;

/** One container: a process of this machine with nothing of its environment, and its paths turned into ours. */
export class ContainerProcess {
  readonly name: string;
  readonly essential: boolean;
  /** What it exited with; 137 when it was killed. */
  readonly ended: Promise<number>;
  readonly #child: ChildProcess;
  #over = false;

  constructor({ container, environment, folders, cwd, line }: ContainerOptions) {
    this.name = container.name;
    this.essential = container.essential;
    const [program = 'true', ...words] = [...container.entryPoint, ...container.command];
    const mapped = Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, here(value, folders)]));
    // A group of its own, so that what it has started ends with it.
    this.#child = spawn(program, words, { cwd, env: mapped, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', line);
    }
    this.ended = new Promise((resolve) => {
      this.#child.once('error', (error) => {
        line(error.message);
        resolve(127);
      });
      // Not at the exit: what it has printed is read to its end.
      this.#child.once('close', (code) => {
        this.#over = true;
        resolve(code ?? 137);
      });
    });
  }

  async stop(): Promise<void> {
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), politeMs);
    await this.ended;
    clearTimeout(timer);
  }

  private signal(name: NodeJS.Signals): void {
    const { pid } = this.#child;
    // The shell itself may have ended while something that it has started has not.
    if (pid === undefined || this.#over) return;
    try {
      process.kill(-pid, name);
    } catch {
      // Gone by itself in this moment.
    }
  }
}

function here(value: string, folders: Readonly<Record<string, string>>): string {
  for (const [path, folder] of Object.entries(folders)) {
    if (value === path || value.startsWith(`${path}/`)) return folder + value.slice(path.length);
  }
  return value;
}
