// Names and types that the construct and the Lambda share. This file imports nothing.

/** The function's settings: JSON in the environment variable PLINTH_DRILL_SWEEP. */
export interface DrillSweepSettings {
  /** Begins the identifiers of all temporary instances. */
  readonly TemporaryPrefix: string;
  /** Older than the longest drill. */
  readonly OlderThanHours: number;
  /** Where to tell of what was found. */
  readonly Topic: string;
}

/** On every instance that a drill makes. Without it, nothing is ever deleted. */
export const drillTag = { key: 'plinth:purpose', value: 'drill' } as const;
