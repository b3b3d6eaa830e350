import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from '../account';
import type { Clock } from '../clock';
import type { Caller } from '../cloud/call';
import { AwsError } from '../cloud/errors';
import type { KeyHolder } from '../cloud/server';
import type { Routed } from '../functions/process';
import type { Authorizer } from '../iam/authorizer';
import type { Logs } from '../logs';
import { routeToService, type Seat } from '../routes/routes';
import { ContainerProcess } from '../tasks/container-process';
import { type Container, parseTaskDefinition, type TaskDefinition } from '../tasks/definition';
import { type Programs, programsOf } from '../tasks/programs';
import { Tunnels } from '../tasks/tunnels';

export interface TasksParts {
  readonly account: Account;
  readonly clock: Clock;
  readonly logs: Logs;
  readonly authorizer: Authorizer;
  /** A folder that is removed at the end. */
  readonly folder: string;
  readonly caFile: () => string;
  readonly connect: (
    from: { readonly name: string; readonly vpc: Seat },
    host: string,
    port: number,
  ) => Promise<Routed>;
  /** The newest major version among the servers that are up. */
  readonly serverMajor: () => number;
  readonly secret: (value: string, name: string) => void;
}

export interface Task {
  readonly arn: string;
  readonly cluster: string;
  readonly definition: TaskDefinition;
  readonly created: Date;
  status: 'PROVISIONING' | 'RUNNING' | 'STOPPED';
  stopCode?: string;
  stoppedReason?: string;
  readonly containers: { readonly name: string; exitCode?: number; reason?: string }[];
  readonly processes: ContainerProcess[];
  /** When it has stopped. */
  ended: Promise<void>;
}

export interface RunRequest {
  readonly cluster: string;
  readonly definition: string;
  readonly seat: Seat;
  /** By the name of the container. */
  readonly environment: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly token: string | undefined;
}

// What a real dump never comes near here: a script that stands still must not hold up a rehearsal.
const longestMs = 10 * 60_000;

/** ECS on Fargate: tasks whose containers are processes of this machine. */
export class Tasks {
  /** What Fargate takes to bring up a small task, about. */
  startMs = 40_000;
  readonly definitions = new Map<string, TaskDefinition>();
  readonly tasks = new Map<string, Task>();
  readonly #holders = new Map<string, Required<KeyHolder>>();
  readonly #tokens = new Map<string, Task>();
  readonly #revisions = new Map<string, number>();
  readonly #running = new Set<Promise<void>>();

  constructor(private readonly parts: TasksParts) {}

  define(family: string, properties: Readonly<Record<string, unknown>>): TaskDefinition {
    const revision = (this.#revisions.get(family) ?? 0) + 1;
    this.#revisions.set(family, revision);
    const arn = this.parts.account.arn('ecs', `task-definition/${family}:${revision}`);
    const definition = parseTaskDefinition(arn, family, properties);
    this.definitions.set(arn, definition);
    return definition;
  }

  definition(name: string): TaskDefinition {
    const found = this.definitions.get(name);
    if (found) return found;
    throw new AwsError('ClientException', `TaskDefinition not found: ${name}.`);
  }

  /** Why ECS may not take on this role. */
  distrust(roleArn: string): string | undefined {
    const { account, authorizer } = this.parts;
    // Of ECS, a trust policy can name nothing narrower than all that is in the account.
    return authorizer.services.whyNotAssumed(roleArn, 'ecs-tasks.amazonaws.com', account.arn('ecs', 'any'));
  }

  keyHolder(key: string): KeyHolder | undefined {
    return this.#holders.get(key);
  }

  /** Why tasks of this definition cannot run on this machine, in a sentence. */
  async cannotRun({ containers }: TaskDefinition): Promise<string | undefined> {
    for (const { image } of containers) {
      const programs = await programsOf(image, this.parts.serverMajor());
      if ('missing' in programs) return programs.missing;
    }
    return undefined;
  }

  run(request: RunRequest): Task {
    const { account, clock } = this.parts;
    const known = request.token === undefined ? undefined : this.#tokens.get(request.token);
    if (known) return known;
    const definition = this.definition(request.definition);
    const task: Task = {
      arn: account.arn('ecs', `task/${request.cluster}/${account.random(32)}`),
      cluster: request.cluster,
      definition,
      created: clock.date(),
      status: 'PROVISIONING',
      containers: definition.containers.map(({ name }) => ({ name })),
      processes: [],
      ended: Promise.resolve(),
    };
    this.tasks.set(task.arn, task);
    if (request.token !== undefined) this.#tokens.set(request.token, task);
    task.ended = this.live(task, request).finally(() => this.#running.delete(task.ended));
    this.#running.add(task.ended);
    return task;
  }

  async stop(task: Task, reason: string): Promise<void> {
    if (task.status === 'STOPPED') return;
    task.stopCode ??= 'UserInitiated';
    task.stoppedReason ??= reason;
    await Promise.all(task.processes.map((each) => each.stop()));
  }

  async close(): Promise<void> {
    await Promise.all([...this.tasks.values()].map((task) => this.stop(task, 'The rehearsal has ended.')));
    await Promise.allSettled(this.#running);
  }

  private async live(task: Task, request: RunRequest): Promise<void> {
    const { clock } = this.parts;
    await clock.sleep(this.startMs).catch(() => undefined);
    try {
      const reason = task.stopCode === undefined ? this.whyNotStarted(task.definition, request.seat) : undefined;
      if (reason !== undefined) {
        task.stopCode = 'TaskFailedToStart';
        task.stoppedReason = reason;
      } else if (task.stopCode === undefined) {
        task.status = 'RUNNING';
        await clock.work(() => this.runContainers(task, request));
      }
    } catch (error) {
      task.stopCode ??= 'TaskFailedToStart';
      task.stoppedReason ??= (error as Error).message;
    }
    task.status = 'STOPPED';
  }

  /** What Fargate does before a container runs: it pulls the images and opens the logs, from the task's own network. */
  private whyNotStarted({ containers, executionRoleArn = '' }: TaskDefinition, seat: Seat): string | undefined {
    const { account, authorizer, logs: groups } = this.parts;
    // There are no endpoints for public registries: it takes a way to the internet.
    const pull = routeToService(account, seat, 'ecr-public');
    if (!pull.open) return `CannotPullContainerError: ${pull.because}`;
    const log = routeToService(account, seat, 'logs');
    if (!log.open) return `ResourceInitializationError: ${log.because}`;
    for (const { logs, name } of containers) {
      if (!groups.has(logs.group))
        return `ResourceInitializationError: failed to validate logger args: ResourceNotFoundException: The specified log group does not exist: ${logs.group}.`;
      const resource = `${account.arn('logs', `log-group:${logs.group}`)}:log-stream:${logs.prefix}/${name}`;
      for (const action of ['logs:CreateLogStream', 'logs:PutLogEvents']) {
        try {
          authorizer.check({ arn: executionRoleArn, roleArn: executionRoleArn }, { action, resource });
        } catch (error) {
          return `ResourceInitializationError: failed to initialize logging driver: ${(error as Error).message}`;
        }
      }
    }
    return undefined;
  }

  private async runContainers(task: Task, request: RunRequest): Promise<void> {
    const { definition } = task;
    const folder = join(this.parts.folder, 'tasks', task.arn.split('/').at(-1) ?? '');
    for (const volume of ['cwd', ...definition.volumes]) mkdirSync(join(folder, volume), { recursive: true });
    const tunnels = new Tunnels((host, port) =>
      this.parts.connect({ name: definition.family, vpc: request.seat }, host, port),
    );
    const limit = setTimeout(() => void this.stop(task, 'It ran for longer than a rehearsal lets it.'), longestMs);
    try {
      const shared = { ...this.credentials(definition, request.seat), HTTPS_PROXY: await tunnels.proxy() };
      for (const container of inOrder(definition.containers)) {
        const given = { ...container.environment, ...request.environment[container.name] };
        const programs = await programsOf(container.image, this.parts.serverMajor());
        const environment = { ...this.surroundings(programs), ...shared, ...given, ...(await relayed(tunnels, given)) };
        const folders = Object.fromEntries(container.mounts.map(({ volume, path }) => [path, join(folder, volume)]));
        task.processes.push(this.start(task, container, environment, folders, join(folder, 'cwd')));
      }
      await this.untilEnded(task);
    } finally {
      clearTimeout(limit);
      await tunnels.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }

  private start(
    task: Task,
    container: Container,
    environment: Readonly<Record<string, string>>,
    folders: Readonly<Record<string, string>>,
    cwd: string,
  ): ContainerProcess {
    const { clock, logs } = this.parts;
    const source = `${task.definition.family}/${container.name}`;
    const line = (text: string) => logs.write({ group: container.logs.group, source, at: clock.date(), text });
    return new ContainerProcess({ container, environment, folders, cwd, line });
  }

  /** As soon as one that is essential has ended, all others are stopped. */
  private async untilEnded(task: Task): Promise<void> {
    const { processes } = task;
    const noted = processes.map(async ({ name, ended }) => {
      const exitCode = await ended;
      Object.assign(task.containers.find((each) => each.name === name) ?? {}, { exitCode });
    });
    await Promise.race([
      Promise.all(noted),
      ...processes.filter(({ essential }) => essential).map(({ ended }) => ended),
    ]);
    task.stopCode ??= 'EssentialContainerExited';
    task.stoppedReason ??= 'Essential container in task exited';
    await Promise.all(processes.map((each) => each.stop()));
    await Promise.all(noted);
  }

  private credentials({ taskRoleArn, family }: TaskDefinition, seat: Seat): Record<string, string> {
    if (taskRoleArn === undefined) return {};
    const { account, secret: note } = this.parts;
    const key = `ASIA${account.random(16).toUpperCase()}`;
    const secret = randomBytes(30).toString('base64');
    const token = randomBytes(60).toString('base64');
    for (const value of [secret, token]) note(value, `access key of ${family}`);
    const session = taskRoleArn.replace(
      /^arn:([^:]+):iam::(\d+):role\/(?:.*\/)?([^/]+)$/,
      'arn:$1:sts::$2:assumed-role/$3',
    );
    const caller: Caller = { arn: `${session}/${family}`, roleArn: taskRoleArn, seat };
    this.#holders.set(key, { caller, secret, token });
    return { AWS_ACCESS_KEY_ID: key, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token };
  }

  /** As an image and Fargate set it, and nothing of this machine. */
  private surroundings(programs: Programs): Record<string, string> {
    if ('missing' in programs) throw new AwsError('NotKnownToTheRehearsal', programs.missing, 501);
    const { region } = this.parts.account;
    return {
      PATH: `${programs.folder}:/usr/local/bin:/usr/bin:/bin`,
      HOME: '/nonexistent',
      TZ: 'UTC',
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CA_BUNDLE: this.parts.caFile(),
    };
  }
}

/** libpq connects to an address while it checks the name, so the relay needs no other name in the certificate. */
async function relayed(
  tunnels: Tunnels,
  { PGHOST, PGPORT = '5432' }: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  if (PGHOST === undefined) return {};
  return { PGHOSTADDR: '127.0.0.1', PGPORT: String(await tunnels.relay(PGHOST, Number(PGPORT))) };
}

function inOrder(containers: readonly Container[]): readonly Container[] {
  const begun: Container[] = [];
  while (begun.length < containers.length) {
    const next = containers.find(
      (each) => !begun.includes(each) && each.after.every((name) => begun.some((other) => other.name === name)),
    );
    if (!next) throw new AwsError('ClientException', 'The containers depend on each other in a circle.');
    begun.push(next);
  }
  return begun;
}
