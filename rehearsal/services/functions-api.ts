import { type Call, members, type Service } from '../cloud/call';
import { AwsError, UnknownToRehearsal } from '../cloud/errors';
import type { FunctionHost, FunctionSettings } from '../functions/host';
import type { InvocationResult } from '../functions/process';

export interface Invoker {
  readonly host: FunctionHost;
  /** Begins what nobody waits for. */
  readonly inBackground: (work: () => Promise<unknown>) => void;
}

/** How an invocation is asked for, over the wire or by a state machine. */
export interface Asked {
  readonly FunctionName?: unknown;
  readonly Qualifier?: unknown;
  readonly InvocationType?: unknown;
}

export interface Invoked {
  readonly status: number;
  /** Absent where nobody waits for it. */
  readonly result?: InvocationResult;
}

/** Invokes as AWS does for whoever calls: by the right to the very version that is named. */
export async function invokeAs({ host, inBackground }: Invoker, call: Call, asked: Asked, event: unknown) {
  const { settings, arn } = versionOf(host, String(asked.FunctionName), asked.Qualifier);
  call.authorize('lambda:InvokeFunction', arn);
  return invocation(asked.InvocationType ?? 'RequestResponse');

  async function invocation(type: unknown): Promise<Invoked> {
    switch (type) {
      case 'RequestResponse':
        return { status: 200, result: await host.invoke(settings.name, event) };
      case 'DryRun':
        return { status: 204 };
      case 'Event':
        inBackground(() => host.deliver(settings.name, event));
        return { status: 202 };
      default:
        throw new AwsError(
          'InvalidParameterValueException',
          `InvocationType must be RequestResponse, Event or DryRun, and is ${type}.`,
        );
    }
  }
}

/** Lambda's API over the functions that are deployed. */
export function functionsService(invoker: Invoker): Service {
  const { host } = invoker;
  return {
    name: 'lambda',
    protocol: 'rest-json',
    operations: {
      Invoke: async (input, call) => {
        const known = ['FunctionName', 'Payload', 'InvocationType', 'Qualifier', 'LogType'] as const;
        const { Payload, LogType = 'None', ...asked } = members(input, known);
        if (LogType !== 'None') throw new UnknownToRehearsal(`the LogType ${LogType}`);
        const { status, result } = await invokeAs(invoker, call, asked, JSON.parse(String(Payload)));
        if (!result) return { StatusCode: status };
        const { payload, error } = result;
        return {
          StatusCode: status,
          Payload: payload ?? JSON.stringify(error),
          ...(error && { FunctionError: 'Unhandled' }),
        };
      },
      GetFunction: async (input, call) => {
        const settings = host.find(String(members(input, ['FunctionName']).FunctionName));
        call.authorize('lambda:GetFunction', settings.arn);
        return { Configuration: configurationOf(settings) };
      },
      GetFunctionConfiguration: async (input, call) => {
        const settings = host.find(String(members(input, ['FunctionName']).FunctionName));
        call.authorize('lambda:GetFunctionConfiguration', settings.arn);
        return configurationOf(settings);
      },
      ListFunctions: async (input, call) => {
        members(input, []);
        call.authorize('lambda:ListFunctions', '*');
        return { Functions: host.all().map(configurationOf) };
      },
    },
  };
}

/** Nothing is ever published here, so the only version is `$LATEST`; a policy can tell it from the function. */
function versionOf(
  host: FunctionHost,
  name: string,
  qualifier: unknown,
): { readonly settings: FunctionSettings; readonly arn: string } {
  const inName = name.startsWith('arn:') ? name.split(':')[7] : name.split(':')[1];
  if (inName !== undefined && qualifier !== undefined && inName !== qualifier) {
    throw new AwsError(
      'InvalidParameterValueException',
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  }
  const settings = host.find(name);
  const version = qualifier ?? inName;
  if (version === undefined) return { settings, arn: settings.arn };
  const arn = `${settings.arn}:${version}`;
  if (version !== '$LATEST') throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
  return { settings, arn };
}

const configurationOf = (settings: FunctionSettings) => ({
  FunctionName: settings.name,
  FunctionArn: settings.arn,
  Runtime: settings.runtime,
  Role: settings.roleArn,
  Handler: settings.handler,
  MemorySize: settings.memoryMiB,
  Timeout: settings.timeoutSeconds,
  State: 'Active',
  LastUpdateStatus: 'Successful',
});
