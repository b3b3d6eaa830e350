// Names and types that the constructs, the command line and the Lambdas share. This file imports nothing.

/** On what a recovery makes and on what it moves aside. Names of instances and these tags are all that it remembers. */
export const recoveryTags = {
  /** The name of the recovery that restored this instance. */
  name: 'plinth:recovery',
  /** The time as of which its data are. */
  to: 'plinth:recovery-to',
  /** `time`, `latest`, or the identifier of the snapshot. */
  from: 'plinth:recovery-from',
  /** A day: from then on nobody needs what stands beside. Nothing deletes it; people are told. */
  keepUntil: 'plinth:keep-until',
} as const;

export interface RecoveryRequest {
  readonly action: 'recover' | 'resume' | 'swapBack';
  /** To recover: ISO, or `latest`. */
  readonly time?: string;
  /** To recover from a snapshot instead. */
  readonly snapshot?: string;
  /** To resume or to swap back: which recovery; without it the newest. To recover: its name; without it by the time. */
  readonly recovery?: string;
  /** Who asked for it, as they say themselves. */
  readonly by?: string;
}

/** The function's settings: JSON in the environment variable PLINTH_RECOVERY_PLAN. */
export interface RecoveryPlanSettings {
  /** The identifier that the application knows: `<project>-<environment>`. */
  readonly Instance: string;
  readonly Environment: string;
  /** The ARN of the machine, of which one execution may be under way. */
  readonly Machine: string;
  /** For how long what was moved aside is worth keeping. */
  readonly KeepDays: number;
}

export interface RecoveryPlanInput {
  readonly Request: unknown;
  readonly Execution: { readonly Id: string; readonly StartTime: string };
}

export interface RecoveryPlan {
  /** `20261121-041205`: the time of the request, in UTC. */
  readonly Recovery: string;
  readonly Action: 'recover' | 'swapBack';
  /** `restore`: nothing is there. `prepare`: a copy is. `swap`: it was decided already, or needs no decision. */
  readonly Next: 'restore' | 'prepare' | 'swap';
  readonly Method: 'pointInTime' | 'snapshot' | 'none';
  /** Whose backups they are, for a point in time. */
  readonly Source: string | null;
  readonly Time: string | null;
  readonly Snapshot: string | null;
  /** The time as of which the data are. */
  readonly RestoresTo: string | null;
  /** Whether that time was asked for: what came after it is then not lost, but not wanted. */
  readonly Asked: boolean;
  /** What `plinth:recovery-from` says. */
  readonly From: string;
  /** In a sentence. */
  readonly Chosen: string;
  /** What the instance that is to have the name is called by now. */
  readonly Wanted: string;
  /** What the one that has the name is to be called. */
  readonly Aside: string;
  /** That one: it has the name and steps aside, it has stepped aside before, or there is none. */
  readonly Other: 'named' | 'aside' | 'none';
  /** A day. */
  readonly KeepUntil: string;
  /** What somebody should know before it is done. */
  readonly Notes: readonly string[];
}

export const restoredName = (instance: string, recovery: string) => `${instance}-restored-${recovery}`;
export const damagedName = (instance: string, recovery: string) => `${instance}-damaged-${recovery}`;
