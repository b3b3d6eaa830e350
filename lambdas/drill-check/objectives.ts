import { duration } from '../vector-indexes/words';
import { type Check, type Finding, result } from './check';
import type { CheckResult, DrillCheckInput, Measured } from './contract';

/** RPO and RTO, as measured. Without objectives there is nothing to miss, and the figures stand in the answer. */
export function objectiveChecks(input: DrillCheckInput, measured: Measured): readonly CheckResult[] {
  if (input.Objectives === undefined) return [];
  const { rpoMinutes, rtoMinutes } = input.Objectives;
  const since = measured.LossMeasuredFrom === 'request' ? 'the request' : 'the time that was asked for';
  const { DataLossSeconds: loss, SecondsToVerified: taken, NewestHeartbeat: newest } = measured;
  return [
    judge(
      {
        name: 'rpo',
        title: 'No more is lost than the objective allows',
        expected: `At most ${rpoMinutes} minutes between the newest heartbeat and ${since}.`,
      },
      loss === null
        ? 'The loss cannot be told without a heartbeat.'
        : `${told(loss)}: from ${newest} to ${since}, ${measured.LossMeasuredAt}.`,
      loss !== null && loss <= rpoMinutes * 60,
      // Nothing measured is no missed objective, but a failure.
      loss === null ? 'fail' : input.OnMissed.Rpo,
    ),
    judge(
      {
        name: 'rto',
        title: 'The database is back as soon as the objective asks',
        expected: `At most ${rtoMinutes} minutes from the request to the end of the checks.`,
      },
      taken === null
        ? 'The copy was never verified.'
        : `${told(taken)} (${told(measured.SecondsToAvailable)} to available, ${told(measured.SecondsToQueryable)} to queryable).`,
      taken !== null && taken <= rtoMinutes * 60,
      taken === null ? 'fail' : input.OnMissed.Rto,
    ),
  ];
}

function judge(check: Omit<Check<never>, 'run'>, found: string, kept: boolean, onMissed: 'fail' | 'warn'): CheckResult {
  const finding: Finding =
    kept || onMissed === 'fail'
      ? { passed: kept, found }
      : { passed: true, found, warning: 'The objective is missed, which only warns here.' };
  return result(check, finding);
}

const told = (seconds: number | null) => (seconds === null ? 'unknown' : duration(seconds));
