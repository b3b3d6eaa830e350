// What an author may write of backups, drills, recovery and checks.

export interface BackupsSettings {
  /** Daily, in UTC, at least 30 minutes, not in the maintenance window. Default: '15:30-16:00'. */
  window?: string;
  /** Days of automated backups, and so of points in time: 0 to 35; 0 turns them off. Default: 7. */
  retentionDays?: number;
  /** Snapshots by AWS Backup, kept for whole days of hours. Default: 'none'. */
  hourly?: { keepHours: number } | 'none';
  daily?: { keepDays: number } | 'none';
  weekly?: { keepDays: number } | 'none';
  monthly?: { keepDays: number } | 'none';
  /** Logical dumps to S3. Default: 'none'. */
  dumps?: DumpsSettings | 'none';
  /** Makes the snapshots immutable. Default: 'none'. */
  vaultLock?: VaultLockSettings | 'none';
  /** A copy of each daily, weekly and monthly snapshot somewhere else. Default: 'none'. */
  copyTo?: CopySettings | 'none';
}

export interface DumpsSettings {
  schedule: 'daily' | 'weekly';
  /** 1 to 36,500. */
  keepDays: number;
  /** Nobody may delete a dump for so many days, up to keepDays. Default: 0, no lock. */
  lockDays?: number;
  /** After so many days a dump moves to Glacier, from where it is still read at once. Default: 'none'. */
  glacierAfterDays?: number | 'none';
  /** An alarm tells of a dump that is smaller than the one before by more than this. Default: 20. */
  maximumShrinkPercent?: number;
}

export interface VaultLockSettings {
  /** 'compliance' cannot be undone by anyone, AWS included, once it holds. */
  mode: 'governance' | 'compliance';
  /** Every tier keeps at least this. */
  minimumDays: number;
  /** Every tier keeps at most this. */
  maximumDays: number;
  /** compliance: days until it holds for ever; at least 3. Default: 3. */
  changeableForDays?: number;
}

/** Another region or another account: AWS Backup copies snapshots of RDS to one of them. */
export interface CopySettings {
  region?: string;
  account?: string;
  keepDays: number;
}

export interface DrillsSettings {
  /** Default: 'none'. */
  schedule?: 'none' | 'daily' | 'weekly' | 'monthly';
  /** What is restored. Default: ['snapshot']. */
  kinds?: ('snapshot' | 'pointInTime' | 'dump')[];
  /** Whether a missed objective fails the drill. Default: 'fail'. */
  onMissedObjective?: 'fail' | 'warn';
  /** Names of the approvals that a passed drill waits for, such as ['lead-engineer']. Default: none. */
  signOff?: string[];
  /** Not signed within so many hours, a drill has failed. Default: 72. */
  signOffWithinHours?: number;
  /** For so many days nobody may delete or overwrite the evidence: 0 to 36,500. Default: 0, no lock. */
  lockEvidenceDays?: number;
  /** A restore testing plan of AWS Backup, judged by the same checks. Default: 'none'. */
  restoreTesting?: 'none' | RestoreTestingSettings;
}

export interface RecoverySettings {
  /** Names of the approvals without which nothing is swapped, one at least. Default: ['on-call']. */
  approvals?: string[];
  /** Not given within so many hours, the recovery stops before the swap: 1 to 144. Default: 72. */
  approveWithinHours?: number;
  /** Days for which an instance that a recovery moved aside is worth keeping: 1 to 365. Then people are told. Default: 14. */
  keepDays?: number;
}

export interface RestoreTestingSettings {
  schedule: 'daily' | 'weekly' | 'monthly';
  /** Which snapshot of the tiers is restored. Default: 'latest'. */
  pick?: 'latest' | 'random';
  /** Of so many days. Default: 30. */
  withinDays?: number;
}

export interface ObjectivesSettings {
  /** Minutes from the request for a restore to a verified database. */
  rtoMinutes: number;
  /** Minutes of work that may be lost; the backups must be able to keep it. At least 5. */
  rpoMinutes: number;
}

export interface ChecksSettings {
  /** The least rows of a table: { 'public.documents': 1 }. Default: none. */
  rowFloors?: { [table: string]: number };
  /** By how much of its rows a table may fall between two manifests, or up to the copy. Default: 20. */
  maximumFallPercent?: number;
  /** Tables whose rows may fall: queues, sessions. Default: none. */
  mayShrink?: string[];
  /** Columns without a NULL, such as 'public.embeddings.embedding'. Default: none. */
  noNulls?: string[];
  /** The least recall@10 of each vector index against an exact scan. Default: 90. */
  minimumRecallPercent?: number;
  /** Queries that the application lives by, by a name such as 'nearest-passages'. Default: none. */
  criticalQueries?: { [query: string]: CriticalQuerySettings };
  /** A larger table is counted by a sample of its pages; here and by the heartbeat. Default: 256. */
  exactRowsUpToMiB?: number;
}

export interface CriticalQuerySettings {
  /** One SELECT, without a semicolon; it runs as the application's role. */
  sql: string;
  /** 95 of 100 runs may take so long once the copy is warm. */
  p95Ms: number;
}

/** The row by which a restored copy tells what is lost, and the figures that it is held against. */
export interface HeartbeatSettings {
  /** 1 to 60, and not more than the RPO. Default: 5. */
  everyMinutes?: number;
  /** 15 to 1,440. Default: 60. */
  manifestEveryMinutes?: number;
  /** Default: 7. */
  keepDays?: number;
  /** Default: 90. */
  keepManifestsDays?: number;
  /** By table, the column that tells when a row was made, where no default and no name tells it. Default: none. */
  newestRow?: { [table: string]: string };
}
