import type { Call, Caller, Service } from '../cloud/call';
import { AwsError } from '../cloud/errors';
import { Items } from '../cloud/query';
import type { FunctionHost } from '../functions/host';
import { type IntegrationCall, type Integrations, type Json, type JsonObject, TaskFailure } from '../states';
import type { Executions } from './executions';
import type { Running, Waiting } from './task-tokens';

export interface IntegrationSources {
  readonly functions: FunctionHost;
  readonly services: () => readonly Service[];
  readonly callFor: (caller: Caller, service: string, operation: string) => Call;
  /** Counts as work of the clock. */
  readonly work: <T>(task: () => Promise<T>) => Promise<T>;
  /** Somebody has a token, and a Task waits for it. */
  readonly waiting: (waiting: Waiting) => void;
}

// As Step Functions names a service, and as its signature does.
const signingNames: Readonly<Record<string, string>> = { sfn: 'states' };

/** The calls that a state machine makes, each with the rights of its role, to the very services of the cloud. */
export function integrationsOf(
  sources: IntegrationSources,
  caller: Caller,
  executions: Executions,
  running?: Running,
): Integrations {
  const { functions, services, callFor, work, waiting } = sources;
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

  async function begin(call: IntegrationCall): Promise<Json> {
    const { resource } = call;
    if (resource.kind === 'lambda') return invoke(resource.arn, call.arguments);
    if (resource.kind === 'optimized' && resource.service === 'lambda') {
      const { FunctionName, Payload = {} } = call.arguments as JsonObject;
      const result = await invoke(String(FunctionName), Payload);
      return { ExecutedVersion: '$LATEST', Payload: result, StatusCode: 200 };
    }
    if (resource.kind === 'optimized' && resource.service === 'states') return startExecution(call);
    return callService(call);
  }

  async function invoke(name: string, payload: Json): Promise<Json> {
    const settings = functions.find(name);
    refusedAs('Lambda.AWSLambdaException', () =>
      callFor(caller, 'lambda', 'Invoke').authorize('lambda:InvokeFunction', settings.arn),
    );
    const { payload: answer, error } = await functions.invoke(settings.name, payload);
    if (error) throw new TaskFailure(error.errorType, JSON.stringify(error));
    return JSON.parse(answer) as Json;
  }

  async function callService({ resource, arguments: given }: IntegrationCall): Promise<Json> {
    const { service: name, action } = resource;
    const found = operationOf(name, action);
    if (!found) throw new TaskFailure('States.Runtime', `The rehearsal does not know ${name}:${action}.`);
    const { service, operation, run } = found;
    const prefix = name.charAt(0).toUpperCase() + name.slice(1);
    try {
      const wire = renamed(given as JsonObject, wireNames(service));
      const output = await run(wire as JsonObject, callFor(caller, service.name, operation));
      return renamed(output ?? {}, service.protocol === 'query' ? fromWire : capital);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw new TaskFailure(
        `${prefix}.${errorName(error.code, prefix)}`,
        `${error.message} (Service: ${prefix}, Status Code: ${error.status})`,
      );
    }
  }

  async function startExecution({ resource, arguments: given, submitted }: IntegrationCall): Promise<Json> {
    const { StateMachineArn, Input = {}, Name } = given as JsonObject;
    refusedAs('StepFunctions.AccessDeniedException', () =>
      callFor(caller, 'states', 'StartExecution').authorize('states:StartExecution', String(StateMachineArn)),
    );
    const name = Name === undefined ? undefined : String(Name);
    const execution = executions.start(String(StateMachineArn), JSON.stringify(Input), name);
    const begun = { ExecutionArn: execution.arn, StartDate: execution.started.toISOString() };
    if (resource.pattern !== 'sync') return begun;
    // Whether it has ended is asked, and one that nobody waits for any more is stopped.
    for (const action of ['DescribeExecution', 'StopExecution']) {
      refusedAs('StepFunctions.AccessDeniedException', () =>
        callFor(caller, 'states', action).authorize(`states:${action}`, execution.arn),
      );
    }
    submitted(begun);
    await execution.ended;
    const { status, input, output, error, cause } = execution;
    if (status !== 'SUCCEEDED')
      throw new TaskFailure(
        'States.TaskFailed',
        JSON.stringify({ ...begun, Status: status, Error: error, Cause: cause }),
      );
    const parsed = (text: string) => (resource.version === 2 ? (JSON.parse(text) as Json) : text);
    return { ...begun, Status: status, Input: parsed(input), Output: parsed(output ?? 'null') };
  }
}

const optimized: Readonly<Record<string, readonly string[]>> = {
  'lambda:invoke': ['requestResponse', 'waitForTaskToken'],
  'sns:publish': ['requestResponse', 'waitForTaskToken'],
  'states:startExecution': ['requestResponse', 'sync', 'waitForTaskToken'],
};

function refusedAs(name: string, authorize: () => void): void {
  try {
    authorize();
  } catch (error) {
    throw error instanceof AwsError ? new TaskFailure(name, error.message) : error;
  }
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
