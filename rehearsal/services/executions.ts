import type { Account } from '../account';
import { type Clock, ClockClosed } from '../clock';
import type { Caller } from '../cloud/call';
import { AwsError } from '../cloud/errors';
import {
  type ExecutionEvent,
  ExecutionStop,
  execute,
  type Integrations,
  type Json,
  parseStateMachine,
  type StateMachine,
} from '../states';
import { type Running, TaskTokens } from './task-tokens';

export interface Machine {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly definition: string;
  readonly parsed: StateMachine;
}

export interface Execution {
  readonly arn: string;
  readonly name: string;
  readonly machine: Machine;
  readonly input: string;
  readonly started: Date;
  stopped?: Date;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  output?: string;
  error?: string | undefined;
  cause?: string | undefined;
  readonly history: ExecutionEvent[];
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

/** Which calls a machine can make, with the rights of its role. */
export type IntegrationsFor = (caller: Caller, executions: Executions, running?: Running) => Integrations;

/** Step Functions: machines and their executions, on the clock of the rehearsal. */
export class Executions {
  readonly machines = new Map<string, Machine>();
  readonly executions = new Map<string, Execution>();
  readonly tokens = new TaskTokens();

  constructor(
    readonly account: Account,
    private readonly clock: Clock,
    private readonly integrationsFor: IntegrationsFor,
    private readonly saw: (event: ExecutionEvent, execution: string) => void,
    private readonly broken: (sentence: string) => void,
  ) {}

  /** A machine whose definition is not in order is refused here, before anything runs. */
  define(name: string, type: Machine['type'], roleArn: string, definition: string): Machine {
    const arn = this.account.arn('states', `stateMachine:${name}`);
    const integrations = this.integrationsFor(this.callerFor(roleArn), this);
    const parsed = parseStateMachine(definition, { type, integrations });
    const machine: Machine = { arn, name, roleArn, type, definition, parsed };
    this.machines.set(arn, machine);
    return machine;
  }

  remove(arn: string): void {
    this.machines.delete(arn);
  }

  machine(arn: string): Machine {
    const found = this.machines.get(arn);
    if (found) return found;
    throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  }

  find(arn: string): Execution {
    const found = this.executions.get(arn);
    if (found) return found;
    throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  }

  start(machineArn: string, input: string, given?: string): Execution {
    const machine = this.machine(machineArn);
    const name = given ?? this.account.random(32);
    const arn = this.account.arn('states', `execution:${machine.name}:${name}`);
    const before = this.executions.get(arn);
    if (before) {
      if (before.input === input && before.status === 'RUNNING') return before;
      throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    }
    const parsed = parseInput(input);
    const stop = new AbortController();
    let finish = () => {};
    const ended = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const started = this.clock.date();
    const execution: Execution = { arn, name, machine, input, started, status: 'RUNNING', history: [], stop, ended };
    this.executions.set(arn, execution);
    void this.run(execution, parsed).finally(finish);
    return execution;
  }

  async close(): Promise<void> {
    for (const { stop } of this.executions.values()) stop.abort(new ExecutionStop('Rehearsal.Ended'));
    await Promise.all([...this.executions.values()].map(({ ended }) => ended));
  }

  private async run(execution: Execution, input: Json): Promise<void> {
    const { machine, arn: Id, name: Name, history, stop } = execution;
    const caller = this.callerFor(machine.roleArn);
    try {
      const { status, output, error, cause } = await execute(machine.parsed, {
        input,
        clock: this.clock,
        integrations: this.integrationsFor(caller, this, { machineArn: machine.arn, executionArn: Id }),
        context: {
          Execution: { Id, Name, RoleArn: machine.roleArn },
          StateMachine: { Id: machine.arn, Name: machine.name },
        },
        signal: stop.signal,
        record: (event) => {
          history.push(event);
          this.saw(event, execution.arn);
        },
      });
      Object.assign(execution, { status, error, cause });
      if (output !== undefined) execution.output = JSON.stringify(output);
    } catch (error) {
      execution.status = 'FAILED';
      execution.error = 'Rehearsal.OwnError';
      execution.cause = (error as Error).message;
      if (!(error instanceof ClockClosed)) this.broken(`${machine.name} was given up: ${execution.cause}`);
    }
    execution.stopped = this.clock.date();
  }

  private callerFor(roleArn: string): Caller {
    const session = roleArn.replace(
      /^arn:([^:]+):iam::(\d+):role\/(?:.*\/)?([^/]+)$/,
      'arn:$1:sts::$2:assumed-role/$3',
    );
    return { arn: `${session}/execution`, roleArn };
  }
}

function parseInput(input: string): Json {
  try {
    return JSON.parse(input) as Json;
  } catch {
    throw new AwsError(
      'InvalidExecutionInput',
      `Invalid State Machine Execution Input: '${input.slice(0, 100)}' is not JSON`,
    );
  }
}
