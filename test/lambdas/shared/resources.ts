// Drives a custom resource as CloudFormation and the provider framework do: every value a string, requests that may be
// delivered twice, and polls of an event that carries the first answer. In place of AWS: two small stores.
import { randomUUID } from 'node:crypto';
import type { SecureParameters } from '../../../lambdas/app-database/parameters';
import type { DatabaseSeams } from '../../../lambdas/shared/admin';
import type { LambdaContext, ResourceAnswer } from '../../../lambdas/shared/custom-resource';
import type { TestPostgres } from '../../support/postgres';

export type Handler = (event: unknown, context: LambdaContext) => Promise<ResourceAnswer>;
export type Properties = Readonly<Record<string, unknown>>;

export const adminSecret = 'arn:aws:secretsmanager:ap-southeast-2:111122223333:secret:admin-AbCdEf';

export const seamsOf = ({ instance }: Pick<TestPostgres, 'instance'>): DatabaseSeams => ({
  ca: instance.ca,
  readSecret: async (arn) => {
    if (arn !== adminSecret) throw new Error(`There is no secret ${arn}.`);
    return JSON.stringify({ username: instance.master.user, password: instance.master.password });
  },
});

export const serverOf = ({ instance }: Pick<TestPostgres, 'instance'>) => ({
  Host: instance.host,
  Port: instance.port,
  AdminSecret: adminSecret,
});

export interface StoredParameter {
  readonly value: string;
  readonly key: string;
}

/** The parameters by name, and how often they were written. */
export function newParameters() {
  const stored = new Map<string, StoredParameter>();
  let writes = 0;
  const parameters: SecureParameters = {
    read: async (name) => stored.get(name)?.value,
    write: async (name, value, key) => {
      writes++;
      stored.set(name, { value, key });
    },
    remove: async (name) => {
      stored.delete(name);
    },
  };
  return { stored, parameters, writes: () => writes };
}

/** As CloudFormation hands values on. */
function asStrings(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asStrings);
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries.map(([name, each]) => [name, asStrings(each)]));
}

export interface Request {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly RequestId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: unknown;
  readonly OldResourceProperties?: unknown;
}

const given = (properties: Properties) => asStrings({ ServiceToken: 'arn:of:the:provider', ...properties });

export const create = (properties: Properties): Request => ({
  RequestType: 'Create',
  RequestId: randomUUID(),
  ResourceProperties: given(properties),
});

export const update = (id: string, before: Properties, after: Properties): Request => ({
  RequestType: 'Update',
  RequestId: randomUUID(),
  PhysicalResourceId: id,
  ResourceProperties: given(after),
  OldResourceProperties: given(before),
});

export const remove = (id: string, properties: Properties): Request => ({
  RequestType: 'Delete',
  RequestId: randomUUID(),
  PhysicalResourceId: id,
  ResourceProperties: given(properties),
});

export const minutes = (count: number): LambdaContext => ({ getRemainingTimeInMillis: () => count * 60_000 });

/** onEvent, and then isComplete until it says yes. The event of each poll is the same, as the framework's is. */
export async function deliver(handler: Handler, request: Request, context = minutes(5)) {
  const first = await handler(request, context);
  const poll = { ...request, ...first };
  for (let polls = 1; ; polls++) {
    const last = await handler(poll, context);
    if (last.IsComplete === true) return { id: first.PhysicalResourceId, data: { ...first.Data, ...last.Data }, polls };
    if (last.Data !== undefined) throw new Error('The framework refuses Data before all is complete.');
    if (polls === 100) throw new Error('The resource is never complete.');
  }
}

/** How CloudFormation shows a failure, after asserting what holds for all of them. */
export async function failureOf(handler: Handler, request: unknown, secrets: readonly string[]): Promise<string> {
  try {
    await handler(request, minutes(1));
  } catch (error) {
    const { message, stack } = error as Error;
    expect(message.length).toBeLessThan(1_000);
    expect(message).not.toContain('\n');
    expect(message).toMatch(/ See the log group /);
    // The framework hands the lines of a trace on to CloudFormation.
    expect(stack?.split('\n')).toHaveLength(1);
    for (const secret of secrets) expect(message).not.toContain(secret);
    return message;
  }
  throw new Error('The request was expected to fail and did not.');
}
