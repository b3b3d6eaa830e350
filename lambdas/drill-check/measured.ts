import type { DrillCheckInput, Latencies, Measured } from './contract';
import { lossFrom, secondsBetween } from './times';

/** What the run learns on its way. */
export interface Facts {
  readonly input: DrillCheckInput;
  readonly latencies: Record<string, Latencies>;
  queryableAt?: string;
  verifiedAt?: string;
  warmAt?: string;
  newestHeartbeat?: string | undefined;
  newestManifest?: string | undefined;
  databaseBytes?: number;
  rows?: number;
}

export function measuredOf(facts: Facts): Measured {
  const { RequestedAt, AvailableAt } = facts.input.Restored;
  const loss = lossFrom(facts.input.Restored);
  const since = (at: string | undefined) => secondsBetween(RequestedAt, at);
  return {
    QueryableAt: facts.queryableAt ?? null,
    VerifiedAt: facts.verifiedAt ?? null,
    WarmAt: facts.warmAt ?? null,
    SecondsToAvailable: since(AvailableAt),
    SecondsToQueryable: since(facts.queryableAt),
    SecondsToVerified: since(facts.verifiedAt),
    SecondsToWarm: since(facts.warmAt),
    NewestHeartbeat: facts.newestHeartbeat ?? null,
    NewestManifest: facts.newestManifest ?? null,
    LossMeasuredFrom: loss.from,
    LossMeasuredAt: loss.at,
    DataLossSeconds: secondsBetween(facts.newestHeartbeat, loss.at),
    DatabaseBytes: facts.databaseBytes ?? null,
    Rows: facts.rows ?? null,
    Latencies: facts.latencies,
  };
}
