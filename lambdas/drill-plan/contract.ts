// Names and types that the construct and the Lambda share. This file imports nothing.

export type DrillKind = 'snapshot' | 'pointInTime' | 'dump';

/** What a drill restores. Without any of them: the newest. */
export interface DrillSource {
  /** One snapshot by its identifier. */
  readonly snapshot?: string;
  /** The newest snapshot of a tier of the backup plan. */
  readonly tier?: 'hourly' | 'daily' | 'weekly' | 'monthly';
  /** ISO, for a point in time, or for the newest dump that was begun by then. */
  readonly time?: string;
  /** Any backup of the last so many days, drawn by chance. */
  readonly randomWithinDays?: number;
}

/** The function's settings: JSON in the environment variable PLINTH_DRILL_PLAN. */
export interface DrillPlanSettings {
  readonly Instance: string;
  /** Begins the identifiers of all temporary instances. */
  readonly TemporaryPrefix: string;
  /** How many of them there may be at once, this one included. */
  readonly MostInstances: number;
  /** The bucket of the dumps, where there are some. */
  readonly DumpBucket?: string;
}

export interface DrillPlanInput {
  readonly Id: string;
  readonly Kind: DrillKind;
  readonly Source: DrillSource;
}

export interface DrillPlan {
  readonly Kind: DrillKind;
  /** For a snapshot. */
  readonly Snapshot?: string;
  /** For a point in time. */
  readonly Time?: string;
  /** For a dump: its folder, and what it must be, to the bit. */
  readonly Dump?: { readonly Key: string; readonly Sha256: string; readonly Bytes: number };
  /** The moment as of which the restored data are. */
  readonly RestoresTo: string;
  /** Whether that moment was asked for: what came after it is then not lost, but not wanted. */
  readonly Asked: boolean;
  /**
   * The objectives that this source can be held to. They are for what a recovery takes first: whoever asks for an old
   * snapshot loses more by that wish alone.
   */
  readonly Objectives: readonly ('Rto' | 'Rpo')[];
  /** In a sentence, for the report. */
  readonly Chosen: string;
}

/** The tag that the backup plan puts on its snapshots. */
export const tierTag = 'plinth:tier';
