/** What is known about a build and cannot be read from the index itself: kept as the index's comment. */
export interface BuildRecord {
  /** Rows in the index when it was built. */
  readonly rows: number;
  /** ISO 8601. */
  readonly builtAt: string;
  /** IVFFlat with `probes: 'auto'`: the least number with which enough was found, and how much that was. */
  readonly probes?: number;
  readonly recall?: number;
  /** IVFFlat with `lists: 'auto'`: the one before needed too many probes, so the lists are the square root of the rows. */
  readonly scattered?: true;
}

const intro = 'Built by Plinth as plinth.config.ts declares it. ';

export const recordText = (record: BuildRecord): string => intro + JSON.stringify(record);

/** Undefined for an index that somebody else made, or whose comment somebody changed. */
export function parseRecord(comment: string | null): BuildRecord | undefined {
  if (comment === null || !comment.startsWith(intro)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(comment.slice(intro.length));
  } catch {
    return undefined;
  }
  return isRecord(value) ? value : undefined;
}

function isRecord(value: unknown): value is BuildRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { rows, builtAt, probes, recall, scattered } = value as Partial<Record<keyof BuildRecord, unknown>>;
  const optional = [probes, recall].every((each) => each === undefined || typeof each === 'number');
  return (
    typeof rows === 'number' &&
    typeof builtAt === 'string' &&
    optional &&
    (scattered === undefined || scattered === true)
  );
}
