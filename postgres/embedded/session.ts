import { createHash, randomInt, X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';
import { type Cluster, quoteLiteral, run } from './cluster';
import type { Engine } from './engine';
import { admit, authenticate, type Login, Refused, readLogin, refuseSuperuser, refuseUnencrypted } from './login';
import { inspectSession, mayHoldOwnSettings, restoreSession, type SessionState } from './parking';
import { type Holder, type Turns, TurnTimeout } from './turns';
import {
  codes,
  error,
  type FrontendMessage,
  lastStatus,
  MessageReader,
  message,
  parseStartup,
  statementOf,
} from './wire';

export interface Server {
  readonly cluster: Cluster;
  readonly turns: Turns;
  readonly secureContext: SecureContext;
  readonly certificate: string;
  readonly sessions: Set<Session>;
}

// As the server's authentication_timeout: who does not answer in the middle of a login may not block the others.
const loginSeconds = 30;

// COPY … FROM STDIN at the start of a statement: this build of PGlite dies of it.
const copyIn = /(?:^|;)\s*copy\s[^;]*\sfrom\s+stdin\b/i;
const copiesIn = (bytes: Buffer) => (bytes[0] === 0x51 || bytes[0] === 0x50) && copyIn.test(statementOf(bytes));

// Messages after which the server answers. Between them the client only hands things over.
const endsBatch = new Set(['Q', 'S', 'H', 'F', 'c', 'f']);

const reported = [
  ...['server_version', 'server_encoding', 'client_encoding', 'application_name', 'default_transaction_read_only'],
  ...['in_hot_standby', 'is_superuser', 'session_authorization', 'DateStyle', 'IntervalStyle', 'TimeZone'],
  ...['integer_datetimes', 'standard_conforming_strings', 'scram_iterations'],
];

/** One connection from its first byte to its last. */
export class Session implements Holder {
  login: Login | undefined;
  private readonly reader = new MessageReader();
  private stream: Socket;
  private engine: Engine | undefined;
  private parked: SessionState | undefined;
  private status: 'I' | 'T' | 'E' | undefined;
  private idleSince: number | undefined;
  private ownSettings = false;
  private tail: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly server: Server,
    private readonly socket: Socket,
  ) {
    this.stream = socket;
    this.listen(socket);
  }

  /** Serves the connection until it ends; never rejects. */
  async run(): Promise<void> {
    try {
      const login = await this.start();
      if (login) await this.serve();
    } catch (cause) {
      this.fail(cause);
    } finally {
      this.server.sessions.delete(this);
      const engine = this.engine;
      this.engine = undefined;
      if (engine) await this.server.cluster.exclusive(() => this.server.cluster.close(engine));
      this.server.turns.release(this);
      this.stream.end();
    }
  }

  idleFor(): number | undefined {
    return this.idleSince === undefined ? undefined : Date.now() - this.idleSince;
  }

  park(): Promise<string | undefined> {
    return this.alone(async () => {
      const engine = this.engine;
      if (!engine || this.idleSince === undefined || this.reader.hasInput) return 'a statement that still runs';
      if (this.status !== 'I') return this.status ? 'an open transaction' : 'an unfinished request';
      if (this.ownSettings) return 'settings of its own';
      const state = await this.server.cluster.exclusive(() => inspectSession(engine));
      if ('held' in state) return state.held;
      this.parked = state;
      this.engine = undefined;
      await this.server.cluster.exclusive(() => this.server.cluster.close(engine));
      return undefined;
    });
  }

  describe(): string {
    if (!this.login) return 'a login that is under way';
    const application = this.login.client['application_name'];
    return `"${this.login.user}" in "${this.login.database}"${application ? ` (${application})` : ''}`;
  }

  /** The server's end of the connection, with the reason that a real one gives. */
  end(code: string, text: string): void {
    this.stream.end(error('FATAL', { code, message: text }));
    this.reader.end();
    setTimeout(() => this.stream.destroy(), 500).unref();
  }

  private async start(): Promise<Login | undefined> {
    const startup = await this.negotiate();
    if (!startup) return undefined;
    const login = readLogin(startup);
    if (!(this.stream instanceof TLSSocket)) refuseUnencrypted(login);
    refuseSuperuser(login);
    await this.server.turns.take(this);
    const { cluster, sessions } = this.server;
    const catalog = await cluster.exclusive(() => cluster.catalog());
    await this.within(loginSeconds, async () =>
      authenticate(
        login,
        catalog,
        this.certificateHash(),
        (bytes) => this.stream.write(bytes),
        () => this.receive(),
      ),
    );
    admit(
      login,
      catalog,
      [...sessions].flatMap((s) => (s.login ? [s.login] : [])),
    );
    this.login = login;
    await this.open(login);
    return login;
  }

  /** The messages before the login proper: TLS, and what is answered without one. */
  private async negotiate(): Promise<Map<string, string> | undefined> {
    for (;;) {
      const packet = await this.within(loginSeconds, () => this.reader.nextStartup());
      if (!packet || packet.length < 8) return undefined;
      const code = packet.readInt32BE(4);
      if (code === codes.protocol3 || code >>> 16 === 3) return parseStartup(packet);
      if (code === codes.gss) this.stream.write('N');
      else if (code === codes.ssl && this.stream === this.socket) this.secure();
      // A cancel request gets no answer from any server; this one has no way to carry it out either.
      else return undefined;
    }
  }

  private secure(): void {
    this.socket.removeAllListeners('data');
    // Bytes that came before the handshake could be somebody else's.
    if (this.reader.hasInput)
      throw new Refused({ code: '08P01', message: 'received unencrypted data after SSL request' });
    this.socket.write('S');
    this.stream = new TLSSocket(this.socket, { isServer: true, secureContext: this.server.secureContext });
    this.listen(this.stream);
  }

  private async open(login: Login): Promise<void> {
    const { cluster } = this.server;
    this.engine = await cluster.exclusive(() => cluster.open(login.user, login.database, login.client));
    const engine = this.engine;
    // A value that the server does not take ends the login here, as it does there.
    for (const [name, value] of Object.entries(login.client)) {
      await run(engine, `SELECT pg_catalog.set_config(${quoteLiteral(name)}, ${quoteLiteral(value)}, true)`);
    }
    const names = reported.map(quoteLiteral).join(', ');
    const rows = await run(engine, `SELECT n, pg_catalog.current_setting(n) FROM pg_catalog.unnest(ARRAY[${names}]) n`);
    const status = rows.map(([name = '', value = '']) => message('S', name, value));
    const key = message('K', randomInt(1, 2 ** 31), randomInt(1, 2 ** 31));
    this.status = 'I';
    this.stream.write(Buffer.concat([message('R', 0), ...status, key, message('Z', Buffer.from('I'))]));
  }

  private async serve(): Promise<void> {
    for (;;) {
      this.idleSince = Date.now();
      const batch = await this.nextBatch();
      this.idleSince = undefined;
      if (!batch) return;
      const answer = await this.alone(() => this.execute(batch));
      this.status = lastStatus(answer);
      this.stream.write(answer);
    }
  }

  private async nextBatch(): Promise<Buffer[] | undefined> {
    const messages: Buffer[] = [];
    for (;;) {
      const next = await this.reader.next();
      if (!next || next.type === 'X') return undefined;
      this.idleSince = undefined;
      if (next.type === 'Q' || next.type === 'P') this.ownSettings ||= mayHoldOwnSettings(next.bytes);
      messages.push(next.bytes);
      if (endsBatch.has(next.type)) return messages;
    }
  }

  private async execute(batch: readonly Buffer[]): Promise<Buffer> {
    if (batch.some(copiesIn)) return this.refuseCopy();
    const engine = this.engine ?? (await this.resume());
    return this.server.cluster.exclusive(() => engine.exec(...batch));
  }

  private refuseCopy(): Buffer {
    const text = 'the embedded Postgres has no COPY … FROM STDIN; use INSERT, or the native Postgres';
    return Buffer.concat([
      error('ERROR', { code: '0A000', message: text }),
      message('Z', Buffer.from(this.status ?? 'I')),
    ]);
  }

  private async resume(): Promise<Engine> {
    const { cluster, turns } = this.server;
    const { login, parked } = this;
    if (!login || !parked) throw new Error('the embedded Postgres was stopped');
    await turns.take(this);
    const engine = await cluster.exclusive(async () => {
      const catalog = await cluster.catalog();
      if (
        !catalog.roles.some((r) => r.name === login.user) ||
        !catalog.databases.some((d) => d.name === login.database)
      ) {
        throw new Refused({ code: '57P01', message: 'the role or the database of this session was dropped' });
      }
      return cluster.open(login.user, login.database, login.client);
    });
    this.engine = engine;
    this.parked = undefined;
    await restoreSession(engine, parked);
    return engine;
  }

  private fail(cause: unknown): void {
    const refusal = cause instanceof Refused ? cause.error : undefined;
    const hint = 'Close the other connection, or use the native Postgres, which serves many at once.';
    const code = cause instanceof TurnTimeout ? '53300' : '57P01';
    const text = cause instanceof Error ? cause.message : String(cause);
    const waited = cause instanceof TurnTimeout ? { hint } : {};
    this.stream.write(error('FATAL', refusal ?? { code, message: text, ...waited }));
  }

  private async receive(): Promise<FrontendMessage> {
    const next = await this.reader.next();
    if (!next) throw new Error('the client went away');
    return next;
  }

  private certificateHash(): Buffer {
    return createHash('sha256').update(new X509Certificate(this.server.certificate).raw).digest();
  }

  private listen(stream: Socket): void {
    stream.on('data', (chunk: Buffer) => this.reader.push(chunk));
    stream.on('error', () => this.reader.end());
    stream.on('close', () => {
      this.reader.end();
      this.server.turns.withdraw(this);
    });
    stream.on('end', () => this.reader.end());
  }

  /** Parking and statements of one session never overlap. */
  private alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.tail.then(work);
    this.tail = result.catch(() => undefined);
    return result;
  }

  private async within<T>(seconds: number, work: () => Promise<T>): Promise<T> {
    const timer = setTimeout(() => this.reader.end(), seconds * 1000);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
    }
  }
}
