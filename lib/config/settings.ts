import type {
  BackupsSettings,
  ChecksSettings,
  DrillsSettings,
  HeartbeatSettings,
  ObjectivesSettings,
  RecoverySettings,
} from './protection-settings';

/**
 * What a user writes in plinth.config.ts. Everything but `name`, `region` and `environments` has a default.
 * docs/configuration.md has the same as tables, with the rule of AWS or Postgres behind each limit.
 */
export interface ProjectSettings extends EnvironmentSettings {
  /** Begins the name of everything that is made. Lower-case letters, digits, single hyphens; a letter first. */
  name: string;
  /** The folder of migrations, checks and jobs, relative to this file. Default: 'sql'. */
  sql?: string;
  /**
   * Each environment completes or overrides the sections above it, key by key. A section that names its own `mode`
   * (`network`, `backups.vaultLock`) stands alone. A list replaces a list.
   */
  environments: { [environment: string]: EnvironmentSettings };
}

export interface EnvironmentSettings {
  /** An AWS region, such as 'ap-southeast-2'. Required, here or in each environment. */
  region?: string;
  /** Twelve digits, in quotes. Default: whichever account the deploy is signed in to. */
  account?: string;
  /**
   * Whether people depend on it. Then deletion protection, Multi-AZ, backups of 7 days, a drill and a snapshot before
   * migrations are required, and nothing is ever dropped. Default: false.
   */
  production?: boolean;
  /** 'real' is for production alone; 'sanitised' is a refresh without it. Default: 'never'. */
  personalData?: 'never' | 'sanitised' | 'real';
  /** What happens to the application's database when its stack is deleted. Default: 'retain'. */
  onDelete?: 'retain' | 'drop';
  /** On every resource. At most 40; AWS takes 50, and ten are ours. */
  tags?: { [key: string]: string };
  /** Where the application finds its DATABASE_URL. Default: '/<name>/{env}/DATABASE_URL'. */
  connectionParameter?: string;
  /** The same for the role that only reads. Default: '/<name>/{env}/READONLY_DATABASE_URL'. */
  readonlyConnectionParameter?: string;
  database?: DatabaseSettings;
  roles?: RolesSettings;
  migrations?: MigrationsSettings;
  /** By index name. */
  vectorIndexes?: { [index: string]: VectorIndexSettings };
  backups?: BackupsSettings;
  drills?: DrillsSettings;
  recovery?: RecoverySettings;
  /** What a drill measures itself against. Default: 'none'. */
  objectives?: ObjectivesSettings | 'none';
  /** What a restored copy must fulfil, beside what holds for every database and the files in sql/checks. */
  checks?: ChecksSettings;
  heartbeat?: HeartbeatSettings;
  instance?: InstanceSettings;
  network?: NetworkSettings;
}

export interface DatabaseSettings {
  /** Default: the project's name with underscores for hyphens. */
  name?: string;
  /** 1150 to 65535. Default: 5432. */
  port?: number;
  /** '16' is its newest minor; or one minor, such as '16.13'. Default: '16'. */
  engineVersion?: string;
  /** By name; `{}` takes what the server offers. `vector` is always there. */
  extensions?: { [extension: string]: ExtensionSettings };
  /** The master user of RDS: no superuser, and used by nobody. At most 16 characters. Default: 'plinth_admin'. */
  adminUser?: string;
}

export interface ExtensionSettings {
  /** Exactly this one. Default: the newest that the server offers. */
  version?: string;
  /** An older one is an error. Default for vector: '0.5.0', the first with hnsw. */
  minimum?: string;
  /** An older one is a warning. Default for vector: '0.8.2', which closes CVE-2026-3172. */
  warnBelow?: string;
}

export interface RolesSettings {
  /** What the application logs in as. */
  app?: LoginRoleSettings & {
    /** 'insertSelect' is for append-only systems: no UPDATE, DELETE, TRUNCATE. Default: 'readWrite'. */
    grants?: 'readWrite' | 'insertSelect';
  };
  /** For people: it only reads. */
  readonly?: LoginRoleSettings;
  /** Runs the migrations as the owner. */
  migrator?: LoginRoleSettings;
  /** Owns everything, and cannot log in. */
  owner?: {
    /** Default: '<database>_owner'. */
    name?: string;
  };
  /** What happens to a role that is no longer wanted. Default: 'retain'. */
  onRemove?: 'retain' | 'reassign' | 'drop';
}

export interface LoginRoleSettings {
  /** Default: 'app_user', '<database>_readonly', '<database>_migrator'. */
  name?: string;
  /** Sessions at once, or 'unlimited'. Default: 80 for app, 10 for readonly, 5 for migrator. */
  connectionLimit?: number | 'unlimited';
  /** As Postgres writes it: '500ms', '30s', '5min', '1h', or 'off'. Default: '30s', '5min', 'off'. */
  statementTimeout?: string;
  /** The same. Default: '60s', '5min', '5min'. */
  idleInTransactionSessionTimeout?: string;
  /** Schemas, first match first. Default: ['public']. */
  searchPath?: string[];
}

export interface MigrationsSettings {
  /** Whether a version below the newest applied one may still be applied. Default: false. */
  allowOutOfOrder?: boolean;
  /** Whether versions must follow each other without a gap. Default: false. */
  forbidGaps?: boolean;
  /** All pending files in one transaction, instead of one each. Default: false. */
  oneTransaction?: boolean;
  /** By rule name. A rule that is not named keeps its own level. */
  lint?: { [rule: string]: 'off' | 'warn' | 'error' };
  /** A snapshot of the instance before pending migrations. Default: in production. */
  snapshotBefore?: boolean;
}

export interface VectorIndexSettings {
  /** 'schema.table' */
  table: string;
  column: string;
  /** At most 2,000; as halfvec 4,000; as bit 64,000. */
  dimensions: number;
  /** 'l1' needs hnsw; 'hamming' and 'jaccard' are for bit. Default: 'cosine', for bit 'hamming'. */
  metric?: 'cosine' | 'l2' | 'ip' | 'l1' | 'hamming' | 'jaccard';
  /** Default: 'hnsw'. */
  method?: 'ivfflat' | 'hnsw';
  /** What the index keeps of each vector; halfvec halves it. Default: 'vector'. */
  storage?: 'vector' | 'halfvec' | 'bit';
  /** ivfflat: 1 to 32,768, or 'auto' for rows / 1000, from a million on the square root. Default: 'auto'. */
  lists?: number | 'auto';
  /** ivfflat: 1 to `lists`, or 'auto' for about the square root of lists. Default: 'auto'. */
  probes?: number | 'auto';
  /** hnsw: 2 to 100. Default: 16. */
  m?: number;
  /** hnsw: 4 to 1,000, and at least 2 x m. Default: 64, or 2 x m where that is more. */
  efConstruction?: number;
  /** hnsw: 1 to 1,000. Default: 40. */
  efSearch?: number;
  /** The predicate of a partial index, in SQL, without WHERE. Default: 'none'. */
  where?: string;
  /** Rows below which a deploy builds it there and then; 'auto' goes by the estimated time. Default: 'auto'. */
  buildInlineBelow?: number | 'auto';
}

export interface InstanceSettings {
  /** Default: 'db.t4g.medium'. */
  class?: string;
  /** A standby in another zone. Default: false. */
  multiAz?: boolean;
  /** Default: true. */
  deletionProtection?: boolean;
  /** gp3, 20 to 65,536 GiB. Default: 50. */
  storageGiB?: number;
  /** How far it may grow by itself: at least a tenth over storageGiB, or 'none'. Default: twice storageGiB. */
  maxStorageGiB?: number | 'none';
  /** From 400 GiB on: 12,000 to 64,000. Default: the baseline of gp3. */
  iops?: number;
  /** From 400 GiB on: 500 to 4,000 MiB/s. Default: the baseline of gp3. */
  throughputMiBps?: number;
  /** 0 to 15. Default: 0. */
  readReplicas?: number;
  /** Weekly, in UTC, at least 30 minutes. Default: 'sun:16:30-sun:17:30'. */
  maintenanceWindow?: string;
  /** Default: true. */
  autoMinorUpgrade?: boolean;
}

export type NetworkSettings =
  | {
      /** A VPC of our own. This is the default. */
      mode?: 'create';
      /** Between /16 and /24. Default: '10.0.0.0/16'. */
      cidr?: string;
      /** At least two zones of the region. Default: its a and b. */
      zones?: string[];
      /** How functions reach AWS: 'endpoints' keeps them off the internet. Default: 'endpoints'. */
      egress?: 'endpoints' | 'nat';
    }
  | {
      mode: 'existing';
      vpcId: string;
      /** At least two, in different zones. */
      subnetIds: string[];
      /** The zones of the subnets, in the same order. */
      zones: string[];
      /** 'nat' means that the subnets have such a route already. Default: 'endpoints'. */
      egress?: 'endpoints' | 'nat';
    };
