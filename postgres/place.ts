// A place where Postgres instances can be created, copied and destroyed. Each kind (embedded, native, url) is one
// implementation; test/postgres/conformance.ts holds all of them to what is promised here.

export type PostgresKind = 'embedded' | 'native' | 'url';

/** What a kind may be unable to do. Whoever needs one of these asks first; nothing pretends. */
export const capabilities = {
  vector: 'has the pgvector extension',
  concurrentSessions: 'runs the statements of two sessions at the same time',
  statementTimeout: 'stops a statement at statement_timeout, and on a cancel request',
  serverLog: 'writes a server log that can be read',
  instances: 'runs several instances side by side',
  snapshot: 'copies an instance as it is now into a new instance',
  pointInTime: 'restores an instance as it was at a given moment',
  restart: 'stops and starts an instance, gently or as a crash does',
  copyIn: 'takes COPY … FROM STDIN',
  killBackend: 'can end another session with pg_terminate_backend',
} as const;
export type Capability = keyof typeof capabilities;

export interface PostgresPlace {
  readonly kind: PostgresKind;
  /** One line for people: which server, which version, from where. */
  readonly description: string;
  /** What this kind cannot do here, each with the reason in one sentence. What is absent, it can. */
  readonly cannot: Readonly<Partial<Record<Capability, string>>>;
  create(options?: InstanceOptions): Promise<PostgresInstance>;
  /** A new instance with the data, roles and passwords of the snapshot; `master` in the options sets a new password. */
  restore(snapshot: Snapshot, options?: InstanceOptions): Promise<PostgresInstance>;
  /** Destroys every instance and snapshot that this place made, and waits until they are gone. May be called twice. */
  close(): Promise<void>;
}

export interface InstanceOptions {
  /** The imitation of the RDS master: LOGIN, CREATEDB, CREATEROLE, never a superuser. */
  master?: { user?: string; password?: string };
  /** A database to create, owned by the master, as RDS does for `DBName`. */
  database?: string;
  /** 0, the default, takes a free port. */
  port?: number;
  /** Server parameters, as a parameter group would hold them. An unknown one fails the start with its name. */
  parameters?: Readonly<Record<string, string>>;
  /** Names for the server's certificate, beside localhost and 127.0.0.1. */
  hostNames?: readonly string[];
  /** Keep the WAL, so that `restoreToTime` works. Costs 16 MiB of disk for each segment. */
  archive?: boolean;
  /** Keeps the data here, and takes up again what an earlier instance left here. Without it the data go with `destroy`. */
  directory?: string;
}

export interface PostgresInstance {
  readonly kind: PostgresKind;
  /** Always a loopback address's name that the certificate carries. */
  readonly host: string;
  readonly port: number;
  readonly master: { readonly user: string; readonly password: string };
  /** The database that the master connects to first: the one asked for, else `postgres`. */
  readonly database: string;
  /** PEM of the authority that signed the server's certificate. */
  readonly ca: string;
  /** The file that holds `ca`, for programs that take a path. */
  readonly caFile: string;
  readonly serverVersion: string;
  /** A copy of everything as of now. Committed work is in it, open transactions are not. */
  snapshot(): Promise<Snapshot>;
  /** A new instance as this one was at that moment; refused when the moment is before its creation or after now. */
  restoreToTime(time: Date, options?: InstanceOptions): Promise<PostgresInstance>;
  /** `fast` lets the server close its files; `immediate` is what a crash leaves. The port stays the same. */
  restart(mode: 'fast' | 'immediate'): Promise<void>;
  /** As RDS does it from within, whatever the password is by then; sessions that are open stay. */
  setMasterPassword(password: string): Promise<void>;
  /** Who is connected now, one line each: what a test that leaks a connection is told. */
  sessions(): Promise<readonly string[]>;
  /** The server's log since its creation. */
  log(): Promise<string>;
  /** Stops it and removes its data. May be called twice. */
  destroy(): Promise<void>;
}

export interface Snapshot {
  readonly kind: PostgresKind;
  readonly takenAt: Date;
  readonly bytes: number;
  remove(): Promise<void>;
}

/** Thrown for what a kind cannot do; `message` is the sentence of `cannot`. */
export class CannotError extends Error {
  override readonly name = 'CannotError';
  constructor(
    readonly capability: Capability,
    kind: PostgresKind,
    reason: string,
  ) {
    super(`The ${kind} Postgres cannot do this (${capabilities[capability]}): ${reason}`);
  }
}

/** What a user can put right: shown as it is, without a stack. */
export class PostgresPlaceError extends Error {
  override readonly name = 'PostgresPlaceError';
}
