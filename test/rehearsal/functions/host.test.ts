import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { allow, functionOf, roleFor, useCloud } from '../support/cloud';

const test_ = useCloud();

// One function for each thing that code may do, from files of its own.
const code = (body: string, rest: Readonly<Record<string, string>> = {}) => ({ 'index.js': body, ...rest });
const functions: Readonly<Record<string, { code: Readonly<Record<string, string>>; properties?: object }>> = {
  echo: {
    code: code(
      'let n = 0; exports.handler = async (event, context) => ({ event, n: ++n, id: context.awsRequestId, left: context.getRemainingTimeInMillis() });',
    ),
  },
  environment: {
    code: code('exports.handler = async () => process.env;'),
    properties: {
      Environment: { Variables: { OWN: 'value' } },
      MemorySize: 256,
      LoggingConfig: { LogGroup: '/own/group' },
    },
  },
  slow: {
    code: code('exports.handler = () => new Promise(() => setInterval(() => {}, 1000));'),
    properties: { Timeout: 1 },
  },
  busy: { code: code('exports.handler = async () => { for (;;); };'), properties: { Timeout: 1 } },
  hungry: {
    code: code(
      'const all = []; exports.handler = async () => { for (;;) { all.push(Buffer.alloc(8e6, 1)); await new Promise((r) => setTimeout(r, 5)); } };',
    ),
    properties: { MemorySize: 128, Timeout: 30 },
  },
  missing: { code: code('exports.other = 1;') },
  nofile: { code: { 'other.js': '' } },
  imports: { code: code('require("pg"); exports.handler = async () => 1;') },
  syntax: { code: code('exports.handler = async () => {') },
  throws: {
    code: code('class Own extends Error { name = "Own" } exports.handler = async () => { throw new Own("because"); };'),
  },
  throwstext: { code: code('exports.handler = async () => { throw "just text"; };') },
  rejects: {
    code: code(
      'exports.handler = async () => { Promise.reject(new Error("forgotten")); await new Promise((r) => setTimeout(r, 5000)); };',
    ),
  },
  exits: { code: code('exports.handler = async () => process.exit(3);') },
  logs: { code: code('exports.handler = async () => { console.log("one"); console.error("two"); };') },
  modules: {
    code: code(
      'exports.handler = async () => { const found = {}; for (const name of ["pg", "jest", "@aws-sdk/client-s3"]) { try { require.resolve(name); found[name] = true; } catch { found[name] = false; } } return found; };',
    ),
  },
  connects: {
    code: code(`const net = require('node:net');
      exports.handler = ({ host, port }) => new Promise((resolve) => {
        const socket = net.connect({ host, port });
        socket.on('connect', () => { socket.destroy(); resolve('connected'); }).on('error', ({ code, message }) => resolve([code, message]));
      });`),
  },
  names: {
    code: code(
      'exports.handler = async ({ host }) => require("node:dns/promises").lookup(host).catch(({ code }) => code);',
    ),
  },
  stores: {
    code: code(`const { S3Client, PutObjectCommand, GetObjectCommand } = require('@aws-sdk/client-s3');
      exports.handler = async () => {
        const s3 = new S3Client({});
        await s3.send(new PutObjectCommand({ Bucket: 'notes', Key: 'a/b', Body: 'x'.repeat(1e6) }));
        return (await (await s3.send(new GetObjectCommand({ Bucket: 'notes', Key: 'a/b' }))).Body.transformToString()).length;
      };`),
  },
};

beforeAll(async () => {
  const resources = Object.entries(functions).map(([name, { properties = {} }]) => [
    name,
    functionOf(name, 'Role', { FunctionName: name, ...properties }),
  ]);
  const result = await test_.deploy(
    'S',
    {
      Role: roleFor('lambda.amazonaws.com', allow('s3:*')),
      Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'notes' } },
      ...Object.fromEntries(resources),
    },
    Object.fromEntries(Object.entries(functions).map(([name, { code: files }]) => [name, files])),
  );
  expect(result).toEqual({ stack: 'S', outcome: 'created' });
});

const invoke = (name: string, event: unknown = {}) => test_.cloud.functions.invoke(name, event);
const answer = async (name: string, event: unknown = {}) => {
  const { payload, error } = await invoke(name, event);
  if (error) throw new Error(`${name} failed: ${error.errorMessage}`);
  return JSON.parse(payload) as Record<string, unknown>;
};
const errorOf = async (name: string) => {
  const { error } = await invoke(name);
  if (!error) throw new Error(`${name} was expected to fail.`);
  return error;
};
const children = () =>
  readdirSync(`/proc/${process.pid}/task`)
    .flatMap((task) => readFileSync(`/proc/${process.pid}/task/${task}/children`, 'utf8').trim().split(' '))
    .filter(
      (id) =>
        id !== '' &&
        existsSync(`/proc/${id}/cmdline`) &&
        readFileSync(`/proc/${id}/cmdline`, 'utf8').includes('runtime.cjs'),
    );

test('a function gets its event and context, starts cold once, and keeps its state while it is warm', async () => {
  const first = await answer('echo', { a: [1, 'ü'] });
  expect(first).toMatchObject({ event: { a: [1, 'ü'] }, n: 1 });
  expect(first['id']).toMatch(/^[0-9a-f-]{36}$/);
  expect(first['left']).toBeLessThanOrEqual(3000);
  expect((await answer('echo'))['n']).toBe(2);
  const starts = test_.cloud.invocations.filter((each) => each.function === 'echo').map(({ coldStart }) => coldStart);
  expect(starts).toEqual([true, false]);
});

test('invocations at the same time get processes of their own', async () => {
  const before = test_.cloud.invocations.filter(({ coldStart }) => coldStart).length;
  const [one, other] = await Promise.all([answer('echo'), answer('echo')]);
  expect([one?.['n'], other?.['n']].sort()).toEqual([1, 3]);
  expect(test_.cloud.invocations.filter(({ coldStart }) => coldStart)).toHaveLength(before + 1);
});

test('the environment is that of Lambda, and nothing of this machine', async () => {
  const environment = await answer('environment');
  expect(environment).toMatchObject({
    OWN: 'value',
    AWS_LAMBDA_FUNCTION_NAME: 'environment',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
    AWS_LAMBDA_LOG_GROUP_NAME: '/own/group',
    AWS_REGION: 'eu-west-1',
    _HANDLER: 'index.handler',
  });
  for (const name of ['HOME', 'USER', 'JEST_WORKER_ID', 'AWS_ENDPOINT_URL'])
    expect(environment).not.toHaveProperty(name);
});

test.each(['slow', 'busy'])(
  'a function that is %s beyond its timeout is killed, and the next invocation starts anew',
  async (name) => {
    const error = await errorOf(name);
    expect(error.errorType).toBe('Sandbox.Timedout');
    expect(error.errorMessage).toMatch(/^RequestId: [0-9a-f-]{36} Error: Task timed out after 1.00 seconds$/);
    await errorOf(name);
    expect(test_.cloud.invocations.filter((each) => each.function === name).map(({ coldStart }) => coldStart)).toEqual([
      true,
      true,
    ]);
  },
);

test('a function that takes more memory than it has is killed', async () => {
  const error = await errorOf('hungry');
  expect(error).toMatchObject({
    errorType: 'Runtime.OutOfMemory',
    errorMessage: 'Error: Runtime exited with error: signal: killed',
  });
  expect(test_.cloud.invocations.find((each) => each.function === 'hungry')?.peakMiB).toBeGreaterThan(128);
});

test.each([
  ['missing', 'Runtime.HandlerNotFound', 'index.handler is undefined or not exported'],
  ['nofile', 'Runtime.ImportModuleError', "Error: Cannot find module 'index'"],
  ['imports', 'Runtime.ImportModuleError', "Error: Cannot find module 'pg'"],
  ['syntax', 'Runtime.UserCodeSyntaxError', 'SyntaxError: Unexpected end of input'],
  ['throws', 'Own', 'because'],
  ['rejects', 'Runtime.UnhandledPromiseRejection', 'forgotten'],
  ['throwstext', 'string', 'just text'],
  ['exits', 'Runtime.ExitError', 'Error: Runtime exited with error: exit status 3'],
])('what goes wrong in "%s" has the type %s, as Lambda tells it', async (name, errorType, errorMessage) => {
  expect(await errorOf(name)).toMatchObject({ errorType, errorMessage });
});

test('an environment that did not load is not used again', async () => {
  const starts = () => test_.cloud.invocations.filter((each) => each.function === 'missing');
  await errorOf('missing');
  expect(starts().at(-1)?.coldStart).toBe(true);
});

test('both outputs are its log', async () => {
  await answer('logs');
  const deadline = Date.now() + 5_000;
  while (test_.cloud.logs.lines('logs').length < 2 && Date.now() < deadline) await new Promise(setImmediate);
  expect(
    test_.cloud.logs
      .lines('logs')
      .map(({ text, group }) => [group, text])
      .sort(),
  ).toEqual([
    ['/aws/lambda/logs', 'one'],
    ['/aws/lambda/logs', 'two'],
  ]);
});

test('code finds the AWS SDK, and no package of the project', async () => {
  expect(await answer('modules')).toEqual({ pg: false, jest: false, '@aws-sdk/client-s3': true });
});

test('a host that the rehearsal does not know is not found, and that is told', async () => {
  expect(await answer('connects', { host: 'example.com', port: 443 })).toEqual([
    'ENOTFOUND',
    'getaddrinfo ENOTFOUND example.com',
  ]);
  expect(test_.cloud.connections.at(-1)).toMatchObject({
    function: 'connects',
    open: false,
    because: 'The rehearsal knows no host example.com.',
  });
  expect(await answer('names', { host: 'example.com' })).toBe('ENOTFOUND');
});

test('a function may not reach this machine', async () => {
  const port = Number(new URL(test_.cloud.url).port);
  for (const host of ['127.0.0.1', 'localhost']) {
    expect(await answer('connects', { host, port })).toEqual(['ENOTFOUND', `getaddrinfo ENOTFOUND ${host}`]);
  }
});

test('an unmodified client reaches its bucket by TLS under the name of the bucket', async () => {
  expect(await answer('stores')).toBe(1_000_000);
  expect(test_.cloud.connections.at(-1)).toMatchObject({
    function: 'stores',
    to: 'notes.s3.eu-west-1.amazonaws.com',
    open: true,
  });
});

test('new code ends what runs with the old', async () => {
  const settings = test_.cloud.functions.find('echo');
  await test_.cloud.functions.define({ ...settings });
  expect((await answer('echo'))['n']).toBe(1);
});

test('a function that is removed is not found any more, and its processes are gone', async () => {
  await test_.cloud.functions.remove('echo');
  await expect(invoke('echo')).rejects.toThrow(
    'Function not found: arn:aws:lambda:eu-west-1:123456789012:function:echo',
  );
});

test('nothing is left when the host is closed', async () => {
  expect(children().length).toBeGreaterThan(0);
  await test_.cloud.functions.close();
  expect(children()).toEqual([]);
});
