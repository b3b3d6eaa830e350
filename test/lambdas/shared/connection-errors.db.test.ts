import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { type ConnectionError, connectionError } from '../../../lambdas/shared/connection-errors';
import { type ConnectionTarget, withSession } from '../../../lambdas/shared/database';
import { withFreshSecret } from '../../../lambdas/shared/fresh-secret';
import { scramVerifier } from '../../../lambdas/shared/scram';
import { createCertificateAuthority } from '../../../postgres/certificates';
import { usePostgres } from '../../support/postgres';
import { run, targetOf } from '../app-database/helpers';

const postgres = usePostgres();
const secret = 'a-secret-that-no-output-may-hold-0123456789';
const target = (changed: Partial<ConnectionTarget> = {}) => ({ ...targetOf(postgres), ...changed });

const one = async (session: { query(text: string): Promise<unknown> }) => {
  await session.query('SELECT 1');
  return 'done';
};

/** The fault of a connection that must not come about, searched for the password in every corner. */
async function fault(changed: Partial<ConnectionTarget>, connectTimeoutMs = 10_000): Promise<ConnectionError> {
  const at = target({ password: secret, ...changed });
  const settings = { applicationName: 'test', retryForMs: 0, connectTimeoutMs };
  const error: unknown = await withSession(at, settings, one).catch((e: unknown) => e);
  const { stack, message } = error as Error;
  for (const text of [inspect(error, { showHidden: true, depth: 12 }), JSON.stringify(error), stack, message]) {
    expect(text).not.toContain(at.password);
  }
  return error as ConnectionError;
}

async function listening(handle: (socket: Socket) => void, work: (port: number) => Promise<void>): Promise<void> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined);
    handle(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await work((server.address() as AddressInfo).port);
  } finally {
    server.close();
  }
}

test('a wrong password', async () => {
  const { host, port, user } = target();
  const error = await fault({});
  expect(error).toMatchObject({ reason: 'password', code: '28P01', name: 'OperationError' });
  expect(error.message).toBe(
    `${host}:${port} refuses the password of the role "${user}" (28P01), or has no such role.`,
  );
});

test('an authority that did not sign the certificate', async () => {
  const { pem } = await createCertificateAuthority();
  const error = await fault({ ca: pem });
  expect(error.reason).toBe('untrusted');
  expect(error.message).toMatch(/^The certificate of localhost:\d+ is signed by none of the trusted authorities \(/);
});

test('a certificate for another host name', async () => {
  // 0.0.0.0 leads to this machine, and no certificate is made out to it.
  const error = await fault({ host: '0.0.0.0' });
  expect(error.reason).toBe('wrongHost');
  expect(error.message).toMatch(/^The certificate of 0\.0\.0\.0:\d+ is for another host name than 0\.0\.0\.0;/);
});

test('a server without TLS gets eight bytes that ask for it, and nothing more', async () => {
  const received: Buffer[] = [];
  const refuse = (socket: Socket) =>
    socket.on('data', (bytes) => {
      received.push(bytes);
      socket.write('N');
    });
  await listening(refuse, async (port) => {
    const error = await fault({ port });
    expect(error.message).toBe(
      `localhost:${port} does not support SSL, and Plinth sends no password over a connection without TLS.`,
    );
    expect(error.reason).toBe('noTls');
  });
  expect(Buffer.concat(received).toString('hex')).toBe('0000000804d2162f');
});

test('something that is no PostgreSQL', async () => {
  await listening(
    (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    async (port) => expect((await fault({ port })).reason).toBe('tlsBroken'),
  );
});

test('a host that never answers', async () => {
  await listening(
    () => undefined,
    async (port) => expect((await fault({ port }, 300)).reason).toBe('noRoute'),
  );
});

test('a port where nothing listens', async () => {
  let closed = 0;
  await listening(
    () => undefined,
    async (port) => {
      closed = port;
    },
  );
  expect((await fault({ port: closed })).message).toBe(
    `Nothing listens at localhost:${closed}; the server is stopped, or its port is another.`,
  );
});

test('a host name that DNS does not know', async () => {
  // A machine that is offline says "try again" where a name server says "no such name".
  expect(['dns', 'dnsForNow']).toContain((await fault({ host: 'nowhere.invalid' })).reason);
});

test('a database that is not there, a role that may not log in, one that may not connect', async () => {
  const password = 'right-password-for-this-role';
  const login = `LOGIN PASSWORD '${scramVerifier(password)}'`;
  await postgres.withClient((client) =>
    run(
      client,
      ...[`CREATE ROLE outsider ${login}`, `CREATE ROLE sleeper NO${login}`, 'CREATE DATABASE closed'],
      'REVOKE CONNECT ON DATABASE closed FROM PUBLIC',
    ),
  );
  const own = { password: target().password };
  expect(await fault({ database: 'missing', ...own })).toMatchObject({ reason: 'noDatabase', code: '3D000' });
  expect(await fault({ user: 'sleeper', password })).toMatchObject({ reason: 'notAdmitted', code: '28000' });
  const closed = await fault({ user: 'outsider', password, database: 'closed' });
  expect(closed).toMatchObject({ reason: 'noConnect', code: '42501' });
});

test.each([
  ['ENOTFOUND', 'dns', false],
  ['EAI_AGAIN', 'dnsForNow', true],
  ['ETIMEDOUT', 'noRoute', false],
  ['ECONNRESET', 'dropped', true],
  ['CERT_HAS_EXPIRED', 'expired', false],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'untrusted', false],
  ['28P01', 'password', false],
  ['57P03', 'startingUp', true],
  ['53300', 'tooMany', true],
  ['XX000', 'other', false],
])('%s is told as %s, and is retried: %s', (code, reason, mayPass) => {
  const thrown = Object.assign(new Error(`the server said ${secret}`), { code });
  const error = connectionError(thrown, target({ password: secret }));
  expect(error).toMatchObject({ reason, mayPass, code });
  expect(inspect(error, { showHidden: true, depth: 12 })).not.toContain(secret);
});

test('a connection that is reset is tried again, at growing intervals', async () => {
  let resets = 2;
  const flaky = (socket: Socket) => {
    if (resets-- > 0) return void socket.resetAndDestroy();
    const behind = connect(postgres.instance.port, '127.0.0.1');
    behind.on('error', () => socket.destroy());
    socket.pipe(behind).pipe(socket);
  };
  const waits: number[] = [];
  const clock = { now: () => 0, sleep: async (ms: number) => void waits.push(ms) };
  await listening(flaky, async (port) => {
    expect(await withSession(target({ port }), { applicationName: 'test' }, one, clock)).toBe('done');
  });
  expect(waits).toEqual([250, 500]);
});

test('the tries end in time, with the last reason', async () => {
  let tries = 0;
  let now = 0;
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms;
    },
  };
  const reset = (socket: Socket) => {
    tries += 1;
    socket.resetAndDestroy();
  };
  await listening(reset, async (port) => {
    const refused = withSession(target({ port }), { applicationName: 'test', retryForMs: 2_000 }, one, clock);
    await expect(refused).rejects.toMatchObject({ reason: 'dropped' });
  });
  // 250 + 500 + 1000 ms of waiting; 2000 more would be too late.
  expect(tries).toBe(4);
});

test('a free connection is waited for', async () => {
  const password = 'only-one-of-us-at-a-time';
  await postgres.withClient((client) =>
    run(client, `CREATE ROLE single LOGIN CONNECTION LIMIT 1 PASSWORD '${scramVerifier(password)}'`),
  );
  const holder = await postgres.connect({ user: 'single', password });
  const waits: number[] = [];
  const clock = {
    now: () => 0,
    sleep: async (ms: number) => {
      waits.push(ms);
      if (waits.length === 1) await holder.end();
    },
  };
  const settings = { applicationName: 'test' };
  expect(await withSession(target({ user: 'single', password }), settings, one, clock)).toBe('done');
  expect(waits.length).toBeGreaterThanOrEqual(1);
});

test('a password that was rotated between its reading and the login is read once more', async () => {
  const [old, fresh] = ['the-password-before-rotation', 'the-password-after-rotation'];
  await postgres.withClient((client) => run(client, `CREATE ROLE turned LOGIN PASSWORD '${scramVerifier(old)}'`));
  let stored = old;
  let reads = 0;
  const read = async () => {
    reads += 1;
    const value = stored;
    if (reads === 1) {
      await postgres.withClient((client) => run(client, `ALTER ROLE turned PASSWORD '${scramVerifier(fresh)}'`));
      stored = fresh;
    }
    return value;
  };
  const work = (password: string) => withSession(target({ user: 'turned', password }), { applicationName: 't' }, one);
  expect(await withFreshSecret(read, work)).toBe('done');
  expect(reads).toBe(2);
});

test('a password that is wrong twice is an error after two tries, and any other error after one', async () => {
  let reads = 0;
  const read = async () => {
    reads += 1;
    return secret;
  };
  const work = (password: string) => withSession(target({ password }), { applicationName: 't' }, one);
  await expect(withFreshSecret(read, work)).rejects.toMatchObject({ reason: 'password' });
  expect(reads).toBe(2);
  await expect(withFreshSecret(read, () => Promise.reject(new Error('of the work')))).rejects.toThrow('of the work');
  expect(reads).toBe(3);
});
