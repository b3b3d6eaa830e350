import { members, type Service } from '../cloud/call';
import type { FunctionHost, FunctionSettings } from '../functions/host';

/** Lambda's API over the functions that are deployed. */
export function functionsService(host: FunctionHost, later: (work: () => Promise<unknown>) => void): Service {
  return {
    name: 'lambda',
    protocol: 'rest-json',
    operations: {
      Invoke: async (input, call) => {
        const { FunctionName, Payload, InvocationType } = members(input, ['FunctionName', 'Payload', 'InvocationType']);
        const settings = host.find(String(FunctionName));
        call.authorize('lambda:InvokeFunction', qualified(String(FunctionName), settings));
        const event: unknown = JSON.parse(String(Payload));
        if (InvocationType === 'DryRun') return { StatusCode: 204 };
        if (InvocationType === 'Event') {
          later(() => host.invoke(settings.name, event));
          return { StatusCode: 202 };
        }
        const { payload, error } = await host.invoke(settings.name, event);
        return {
          StatusCode: 200,
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

/** With a version where the caller gave one, for a policy can tell the two apart. */
const qualified = (name: string, { arn }: FunctionSettings) => {
  const version = name.startsWith('arn:') ? name.split(':')[7] : undefined;
  return version === undefined ? arn : `${arn}:${version}`;
};

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
