import { randomBytes, randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Account } from '../account';
import type { Clock } from '../clock';
import { AwsError } from '../cloud/errors';
import type { KeyHolder } from '../cloud/server';
import type { Logs } from '../logs';
import { deliver } from './events';
import { nodeFor } from './node';
import { type FunctionError, FunctionProcess, type InvocationResult, type Routed } from './process';

export interface FunctionSettings {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly runtime: string;
  readonly handler: string;
  /** The asset's folder. */
  readonly code: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMiB: number;
  readonly timeoutSeconds: number;
  readonly logGroup: string;
  /** Absent outside of a VPC. */
  readonly vpc?: { readonly subnets: readonly string[]; readonly securityGroups: readonly string[] };
}

export interface Invocation {
  readonly function: string;
  readonly requestId: string;
  readonly coldStart: boolean;
  /** By `performance.now()`. */
  readonly begun: number;
  readonly milliseconds: number;
  readonly peakMiB: number;
  readonly error?: FunctionError;
}

export interface HostOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly logs: Logs;
  /** A folder that is removed at the end. */
  readonly folder: string;
  /** The authorities behind every certificate of the rehearsal. */
  readonly caFile: () => string;
  readonly connect: (from: FunctionSettings, host: string, port: number) => Promise<Routed>;
  /** Whether the role may write the function's log; what it may not write is lost. */
  readonly mayLog: (settings: FunctionSettings) => boolean;
  readonly invoked: (invocation: Invocation) => void;
  /** A value that must not be found anywhere. */
  readonly secret: (value: string, name: string) => void;
  /** What a fault does to an invocation: called with what ends the process. */
  readonly begun: (settings: FunctionSettings, kill: () => void) => void;
}

interface Environment {
  readonly process: FunctionProcess;
  /** The invocation that it is at. */
  running?: Promise<unknown> | undefined;
}

interface Deployed {
  readonly settings: FunctionSettings;
  readonly key: string;
  readonly code: string;
  readonly environments: Environment[];
}

/** Lambda: functions run from their bundles, each in processes of its own with the key of its own role. */
export class FunctionHost {
  readonly #functions = new Map<string, Deployed>();
  readonly #holders = new Map<string, KeyHolder>();
  #runtimeModules: string | undefined;

  constructor(private readonly options: HostOptions) {}

  /** Makes the function, or gives it other code or settings: what runs with the old ones ends. */
  async define(settings: FunctionSettings): Promise<void> {
    await this.remove(settings.name);
    const key = `ASIA${this.options.account.random(16).toUpperCase()}`;
    // Away from the project, whose node_modules would lend the code what it does not have in AWS.
    const code = join(this.options.folder, 'functions', `${settings.name}-${key}`);
    cpSync(settings.code, code, { recursive: true });
    const session = settings.roleArn.replace(
      /^arn:([^:]+):iam::(\d+):role\/(?:.*\/)?([^/]+)$/,
      'arn:$1:sts::$2:assumed-role/$3',
    );
    const secret = randomBytes(30).toString('base64');
    const token = randomBytes(60).toString('base64');
    for (const value of [secret, token]) this.options.secret(value, `access key of ${settings.name}`);
    const caller = {
      arn: `${session}/${settings.name}`,
      roleArn: settings.roleArn,
      functionArn: settings.arn,
      ...(settings.vpc && { seat: settings.vpc }),
    };
    this.#holders.set(key, { caller, secret, token });
    this.#functions.set(settings.name, { settings, key, code, environments: [] });
  }

  async remove(name: string): Promise<void> {
    const there = this.#functions.get(name);
    this.#functions.delete(name);
    await Promise.all((there?.environments ?? []).map(end));
  }

  keyHolder(key: string): KeyHolder | undefined {
    return this.#holders.get(key);
  }

  /** What a function signs its calls with: for whoever wants to call in its place. */
  credentialsOf(name: string): { accessKeyId: string; secretAccessKey: string; sessionToken: string } {
    const { key } = this.deployed(name);
    const { secret, token } = this.#holders.get(key) as Required<KeyHolder>;
    return { accessKeyId: key, secretAccessKey: secret, sessionToken: token };
  }

  all(): FunctionSettings[] {
    return [...this.#functions.values()].map(({ settings }) => settings);
  }

  /** By name, ARN, or ARN with a version. */
  find(name: string): FunctionSettings {
    return this.deployed(name).settings;
  }

  async invoke(name: string, event: unknown): Promise<InvocationResult> {
    const deployed = this.deployed(name);
    const { settings } = deployed;
    const requestId = randomUUID();
    return this.options.clock.work(async () => {
      const free = deployed.environments.find(({ running, process }) => running === undefined && process.alive);
      const environment = free ?? this.start(deployed);
      const begun = performance.now();
      const running = environment.process.invoke({
        event,
        requestId,
        arn: settings.arn,
        timeoutMs: settings.timeoutSeconds * 1000,
        ahead: Math.round(this.options.clock.now() - Date.now()),
      });
      environment.running = running;
      this.options.begun(settings, () => void environment.process.kill());
      const result = await running;
      environment.running = undefined;
      this.options.invoked({
        function: settings.name,
        requestId,
        coldStart: free === undefined,
        begun,
        milliseconds: performance.now() - begun,
        peakMiB: environment.process.peakMiB,
        ...(result.error && { error: result.error }),
      });
      return result;
    });
  }

  /** As an event that nobody waits for; throws what came of it when all tries have failed. */
  async deliver(name: string, event: unknown): Promise<void> {
    const { account, clock } = this.options;
    const config = account.ofType('AWS::Lambda::EventInvokeConfig').find(({ properties }) => {
      const named = String(properties['FunctionName']);
      return named === name || named.split(':')[6] === name;
    });
    const retries = config?.properties['MaximumRetryAttempts'];
    const given = retries === undefined ? {} : { retries: Number(retries) };
    const error = await deliver(clock, () => this.invoke(name, event), given);
    if (error) throw new Error(`${name} failed at an event, and at every retry of it: ${error.errorMessage}`);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#functions.keys()].map((name) => this.remove(name)));
  }

  private deployed(name: string): Deployed {
    const short = name.startsWith('arn:') ? (name.split(':')[6] ?? '') : name;
    const found = this.#functions.get(short);
    if (found) return found;
    const arn = this.options.account.arn('lambda', `function:${short}`);
    throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
  }

  private start(deployed: Deployed): Environment {
    const { settings, code } = deployed;
    const { account, clock, logs } = this.options;
    const logged = this.options.mayLog(settings);
    const process = new FunctionProcess({
      node: nodeFor(settings.runtime),
      folder: code,
      memoryMiB: settings.memoryMiB,
      environment: this.environmentOf(deployed, account.region),
      connect: (host, port) => this.options.connect(settings, host, port),
      line: (text) => {
        if (logged) logs.write({ group: settings.logGroup, source: settings.name, at: clock.date(), text });
      },
    });
    const environment: Environment = { process };
    deployed.environments.push(environment);
    return environment;
  }

  /** As Lambda sets it, and nothing of this machine. */
  private environmentOf({ settings, key, code }: Deployed, region: string): Record<string, string> {
    const credentials = this.credentialsOf(settings.name);
    return {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      LANG: 'en_US.UTF-8',
      TZ: ':UTC',
      LAMBDA_TASK_ROOT: code,
      _HANDLER: settings.handler,
      AWS_LAMBDA_FUNCTION_NAME: settings.name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memoryMiB),
      AWS_LAMBDA_LOG_GROUP_NAME: settings.logGroup,
      AWS_LAMBDA_LOG_STREAM_NAME: `rehearsal/[$LATEST]${key}`,
      // Of the Node that runs here; the one that is deployed is newer.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      AWS_EXECUTION_ENV: `AWS_Lambda_${settings.runtime}`,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
      NODE_PATH: this.runtimeModules(),
      NODE_EXTRA_CA_CERTS: this.options.caFile(),
      ...settings.environment,
    };
  }

  /** The AWS SDK, which the runtime of Lambda brings along, and nothing else of this project's packages. */
  private runtimeModules(): string {
    if (this.#runtimeModules !== undefined) return this.#runtimeModules;
    const folder = join(this.options.folder, 'runtime', 'node_modules');
    const client = dirname(require.resolve('@aws-sdk/client-lambda/package.json'));
    const installed = dirname(client);
    mkdirSync(join(folder, '@aws-sdk'), { recursive: true });
    for (const name of existsSync(installed) ? readdirSync(installed) : []) {
      symlinkSync(join(installed, name), join(folder, '@aws-sdk', name), 'dir');
    }
    this.#runtimeModules = folder;
    return folder;
  }
}

// What a function still does after its answer, such as to log it.
const graceMs = 2_000;

/** An invocation that is under way may come to its end. */
async function end({ process, running }: Environment): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, graceMs);
  });
  await Promise.race([running, late]);
  clearTimeout(timer);
  await process.kill();
}
