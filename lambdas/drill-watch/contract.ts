// Names and types that the construct and the Lambda share. This file imports nothing.

/** The function's settings: JSON in the environment variable PLINTH_DRILL_WATCH. */
export interface DrillWatchSettings {
  /** The value of the metric's dimension. */
  readonly Prefix: string;
  readonly Bucket: string;
  /** Each should have ended a drill within so many hours. */
  readonly Kinds: readonly string[];
  readonly WithinHours: number;
}

/** How many kinds of drills are overdue. Its absence is as bad. */
export const overdueMetric = 'DrillsOverdue';
