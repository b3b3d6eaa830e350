// Stands where Lambda's own runtime stands, in a process of each function: loads the handler, takes one invocation at a
// time, and asks its parent before each connection, for that is where the network of the function is.
'use strict';
const net = require('node:net');
const dns = require('node:dns');
const path = require('node:path');

const parent = process.send.bind(process);
delete process.send;
const waiting = new Map();
let asked = 0;
/** How far the clock of the rehearsal is ahead of the machine's, in milliseconds. */
let ahead = 0;

const RealDate = Date;
globalThis.Date = class RehearsedDate extends RealDate {
  constructor(...values) {
    if (values.length === 0) super(RealDate.now() + ahead);
    else super(...values);
  }
  static now() {
    return RealDate.now() + ahead;
  }
};

/** Where a connection may go: a port of this machine, or the error that the network gives. */
function route(host, port) {
  asked += 1;
  const id = asked;
  return new Promise((resolve) => {
    waiting.set(id, resolve);
    parent({ kind: 'connect', id, host, port });
  });
}

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function connectThroughTheRehearsal(...given) {
  const [options, listener] = net._normalizeArgs(
    given[0]?.[0] !== undefined && Array.isArray(given[0]) ? given[0] : given,
  );
  if (options.path) {
    process.nextTick(() => this.destroy(failure('EACCES', `connect EACCES ${options.path}`)));
    return this;
  }
  if (listener) this.once('connect', listener);
  const { host = 'localhost', port } = options;
  // Until then what is written is kept, as it is while a name is looked up.
  this.connecting = true;
  route(host, Number(port)).then((answer) => {
    if (this.destroyed) return;
    this.connecting = false;
    if (answer.error) {
      const { code, message } = answer.error;
      this.emit('lookup', null, host, 4, host);
      this.destroy(Object.assign(failure(code, message), { host, port, syscall: answer.error.syscall }));
      return;
    }
    connect.call(this, {
      ...options,
      host: '127.0.0.1',
      port: answer.port,
      lookup: undefined,
      family: 4,
      autoSelectFamily: false,
    });
  });
  return this;
};
for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6']) {
  const refusal = (host) => failure('ENOTFOUND', `get${name} ENOTFOUND ${host}`);
  dns[name] = (host, ...rest) => rest.at(-1)(refusal(host));
  dns.promises[name] = async (host) => {
    throw refusal(host);
  };
}

const failure = (code, message) => Object.assign(new Error(message), { code, errno: code });

const { LAMBDA_TASK_ROOT: root, _HANDLER: handlerName } = process.env;
let handler;
try {
  const dot = handlerName.lastIndexOf('.');
  const [file, name] = [path.resolve(root, handlerName.slice(0, dot)), handlerName.slice(dot + 1)];
  const loaded = load(file, handlerName.slice(0, dot));
  handler = loaded[name];
  if (typeof handler !== 'function')
    throw named('Runtime.HandlerNotFound', `${handlerName} is undefined or not exported`);
  parent({ kind: 'ready' });
} catch (error) {
  // Lambda tells what does not load in the log, and ends the environment.
  process.stderr.write(`${JSON.stringify({ level: 'ERROR', message: 'Uncaught Exception', ...described(error) })}\n`);
  parent({ kind: 'result', error: described(error) }, () => process.exit(1));
}

function named(name, message) {
  return Object.assign(new Error(message), { name });
}

function load(file, module) {
  try {
    return require(file);
  } catch (error) {
    if (error instanceof SyntaxError) throw named('Runtime.UserCodeSyntaxError', `SyntaxError: ${error.message}`);
    if (error?.code !== 'MODULE_NOT_FOUND') throw error;
    const [first] = error.message.split('\n');
    throw named('Runtime.ImportModuleError', `Error: ${first.replace(file, module)}`);
  }
}

function described(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}

process.on('message', async (message) => {
  if (message.kind === 'route') {
    waiting.get(message.id)?.(message);
    waiting.delete(message.id);
    return;
  }
  ahead = message.ahead;
  const deadline = RealDate.now() + message.timeoutMs;
  const context = {
    awsRequestId: message.requestId,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: '$LATEST',
    invokedFunctionArn: message.arn,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - RealDate.now()),
  };
  try {
    const payload = await handler(message.event, context);
    // The runtime answers with JSON, and undefined becomes null.
    parent({ kind: 'result', payload: JSON.stringify(payload) ?? 'null' });
  } catch (error) {
    parent({ kind: 'result', error: described(error) });
  }
});
process.on('uncaughtException', (error, origin) => {
  process.stderr.write(`${JSON.stringify({ level: 'ERROR', message: 'Uncaught Exception', ...described(error) })}\n`);
  const rejected = origin === 'unhandledRejection';
  const told = rejected ? { ...described(error), errorType: 'Runtime.UnhandledPromiseRejection' } : described(error);
  parent({ kind: 'result', error: told }, () => process.exit(rejected ? 128 : 129));
});
