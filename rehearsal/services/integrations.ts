import { type Call, type Caller, members, type Service } from '../cloud/call';
import { AwsError, notKnown } from '../cloud/errors';
import { Items } from '../cloud/query';
import { type Witness, witnessed } from '../cloud/record';
import type { FunctionHost } from '../functions/host';
import { type IntegrationCall, type Integrations, type Json, type JsonObject, TaskFailure } from '../states';
import type { Resource } from '../states/definition/resource';
import type { Executions } from './executions';
import { type Invoked, invokeAs } from './functions-api';
import type { Running, Waiting } from './task-tokens';

export interface IntegrationSources {
  readonly functions: FunctionHost;
  readonly services: () => readonly Service[];
  /** Is told of each call, as of those that come over the wire. */
  readonly witness: Witness;
  /** Begins what nobody waits for. */
  readonly later: (work: () => Promise<unknown>) => void;
  readonly callFor: (caller: Caller, service: string, operation: string) => Call;
  /** Counts as work of the clock. */
  readonly work: <T>(task: () => Promise<T>) => Promise<T>;
  /** Somebody has a token, and a Task waits for it. */
  readonly waiting: (waiting: Waiting) => void;
}

// As Step Functions names a service, and as its signature does.
const signingNames: Readonly<Record<string, string>> = { sfn: 'states' };

const refusedBySfn = ({ code, message }: AwsError) =>
  new TaskFailure(`StepFunctions.${code.replace(/(Exception)?$/, 'Exception')}`, message);

/** The calls that a state machine makes, each with the rights of its role, to the very services of the cloud. */
export function integrationsOf(
  sources: IntegrationSources,
  caller: Caller,
  executions: Executions,
  running?: Running,
): Integrations {
  const { functions, services, witness, later, callFor, work, waiting } = sources;
  const operationOf = (name: string, action: string) => {
    const service = services().find((each) => each.name === (signingNames[name] ?? name));
    const operation = action.charAt(0).toUpperCase() + action.slice(1);
    const run = service?.operations[operation];
    return service && run ? { service, operation, run } : undefined;
  };
  return {
    supports: ({ kind, service, action, pattern }) => {
      if (kind === 'lambda') return true;
      if (kind === 'sdk') return pattern !== 'sync' && operationOf(service, action) !== undefined;
      const known = optimized[`${service}:${action}`];
      return known?.includes(pattern) === true;
    },
    call: async (call) => {
      if (call.resource.pattern !== 'waitForTaskToken') return begin(call);
      if (!running) throw new TaskFailure('States.Runtime', 'Only an execution can wait for a token.');
      return executions.tokens.wait(call, running, () => work(() => begin(call)), waiting);
    },
  };

  async function begin({ resource, ...call }: IntegrationCall): Promise<Json> {
    const given = call.arguments as JsonObject;
    if (resource.kind === 'lambda') return resultOf(await invoke({ FunctionName: resource.arn, Payload: given }));
    if (resource.kind === 'optimized' && resource.service === 'lambda') {
      const invoked = await invoke(given);
      const answer = { ExecutedVersion: '$LATEST', StatusCode: invoked.status };
      return invoked.result ? { ...answer, Payload: resultOf(invoked) } : answer;
    }
    if (resource.kind === 'optimized' && resource.service === 'states') return startExecution(resource, given, call);
    return callService(resource, given);
  }

  /** Counted as one that comes over the wire is; what AWS refuses fails the Task by the name that it has there. */
  async function asCall<T>(
    service: string,
    operation: string,
    work: (call: Call) => Promise<T> | T,
    failure: (error: AwsError) => TaskFailure,
  ): Promise<T> {
    const record = { service, operation, caller: caller.arn };
    try {
      const result = await work(callFor(caller, service, operation));
      witnessed(witness, record);
      return result;
    } catch (error) {
      witnessed(witness, record, error);
      if (!(error instanceof AwsError)) throw error;
      // An error that no Catch takes: what is not known must not look like an error of AWS.
      throw error.code === notKnown ? new TaskFailure('States.Runtime', error.message) : failure(error);
    }
  }

  function invoke(given: JsonObject): Promise<Invoked> {
    return asCall(
      'lambda',
      'Invoke',
      (call) => {
        const { Payload = {}, ...asked } = members(given, ['FunctionName', 'Payload', 'InvocationType', 'Qualifier']);
        return invokeAs({ host: functions, inBackground: later }, call, asked, Payload);
      },
      ({ code, message }) =>
        new TaskFailure(`Lambda.${code === 'AccessDeniedException' ? 'AWSLambdaException' : code}`, message),
    );
  }

  async function callService({ service: name, action }: Resource, given: JsonObject): Promise<Json> {
    const found = operationOf(name, action);
    if (!found) throw new TaskFailure('States.Runtime', `The rehearsal does not know ${name}:${action}.`);
    const { service, operation, run } = found;
    const prefix = name.charAt(0).toUpperCase() + name.slice(1);
    const wire = renamed(given, wireNames(service)) as JsonObject;
    const output = await asCall(
      service.name,
      operation,
      (call) => run(wire, call),
      ({ code, message, status }) =>
        new TaskFailure(
          `${prefix}.${errorName(code, prefix)}`,
          `${message} (Service: ${prefix}, Status Code: ${status})`,
        ),
    );
    return renamed(output ?? {}, service.protocol === 'query' ? fromWire : capital);
  }

  async function startExecution(
    { pattern, version }: Resource,
    given: JsonObject,
    { submitted }: Pick<IntegrationCall, 'submitted'>,
  ): Promise<Json> {
    const execution = await asCall(
      'states',
      'StartExecution',
      (call) => {
        const { StateMachineArn, Input = {}, Name } = members(given, ['StateMachineArn', 'Input', 'Name']);
        call.authorize('states:StartExecution', String(StateMachineArn));
        const name = Name === undefined ? undefined : String(Name);
        return executions.start(String(StateMachineArn), JSON.stringify(Input), name);
      },
      refusedBySfn,
    );
    const begun = { ExecutionArn: execution.arn, StartDate: execution.started.toISOString() };
    if (pattern !== 'sync') return begun;
    // Whether it has ended is asked, and one that nobody waits for any more is stopped.
    for (const action of ['DescribeExecution', 'StopExecution']) {
      await asCall('states', action, (call) => call.authorize(`states:${action}`, execution.arn), refusedBySfn);
    }
    submitted(begun);
    await execution.ended;
    const { status, input, output, error, cause } = execution;
    if (status !== 'SUCCEEDED')
      throw new TaskFailure(
        'States.TaskFailed',
        JSON.stringify({ ...begun, Status: status, Error: error, Cause: cause }),
      );
    const parsed = (text: string) => (version === 2 ? (JSON.parse(text) as Json) : text);
    return { ...begun, Status: status, Input: parsed(input), Output: parsed(output ?? 'null') };
  }
}

const optimized: Readonly<Record<string, readonly string[]>> = {
  'lambda:invoke': ['requestResponse', 'waitForTaskToken'],
  'sns:publish': ['requestResponse', 'waitForTaskToken'],
  'states:startExecution': ['requestResponse', 'sync', 'waitForTaskToken'],
};

/** What the function has answered; its error is that of the Task. */
function resultOf({ result }: Invoked): Json {
  if (result?.error) throw new TaskFailure(result.error.errorType, JSON.stringify(result.error));
  return JSON.parse(result?.payload ?? 'null') as Json;
}

const wireNames = ({ protocol, camelCase }: Service): ((key: string) => string) => {
  if (protocol === 'query') return toWire;
  return camelCase === true ? (key) => key.charAt(0).toLowerCase() + key.slice(1) : (key) => key;
};

// Step Functions writes `Db` where RDS writes `DB`, and begins every name with a capital.
const toWire = (key: string) => key.replace(/^Db(?!i[Rr])/, 'DB').replace(/^Ca(?=[A-Z])/, 'CA');
const fromWire = (key: string) => key.replace(/^DB/, 'Db').replace(/^CA/, 'Ca');
const capital = (key: string) => key.charAt(0).toUpperCase() + key.slice(1);

function errorName(code: string, prefix: string): string {
  if (code === 'AccessDeniedException') return `${prefix}Exception`;
  const name = code.replaceAll('DB', 'Db').replace(/Fault$/, '');
  return name.endsWith('Exception') ? name : `${name}Exception`;
}

function renamed(value: unknown, rename: (key: string) => string): Json {
  if (value instanceof Items) return value.items.map((item) => renamed(item, rename));
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  if (typeof value !== 'object' || value === null) return (value ?? null) as Json;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [rename(key), renamed(item, rename)]));
}
