import type { RecordInput, Times, Verdict } from './contract';

/** Judges a drill by what the machine has seen. It fails closed: what is not known to be right is wrong. */
export function judge(record: RecordInput): Verdict {
  const { Check, Failure } = record;
  const Reasons = [
    ...(Failure ? [`The drill did not get to its end: ${sentenceOf(Failure)}`] : []),
    ...(!Check && !Failure ? ['The checks gave no answer.'] : []),
    ...(Check?.Checks ?? []).filter(({ Passed }) => Passed !== true).map(({ Title, Found }) => `${Title}: ${Found}`),
    ...(Check && Check.Checks.length === 0 ? ['There was not one check.'] : []),
    ...(Check && Check.Passed !== true && Check.Checks.every(({ Passed }) => Passed === true)
      ? ['The checks say that they did not pass, and name none.']
      : []),
  ];
  const Warnings = (Check?.Checks ?? []).flatMap(({ Title, Warning }) =>
    Warning === undefined ? [] : `${Title}: ${Warning}`,
  );
  const Passed = Reasons.length === 0;
  return { Id: record.Id, Passed, Reasons, Warnings, Times: timesOf(record), Record: record };
}

/** Step Functions puts what a function threw into the cause, as JSON. */
export function sentenceOf({ Error: name, Cause }: { readonly Error: string; readonly Cause: string }): string {
  try {
    const { errorMessage } = JSON.parse(Cause) as { errorMessage?: string };
    if (errorMessage !== undefined) return errorMessage;
  } catch {
    // A sentence as it stands.
  }
  return Cause === '' ? name : `${Cause} (${name})`;
}

function timesOf({ RequestedAt, AvailableAt, Check }: RecordInput): Times {
  const { QueryableAt, VerifiedAt, WarmAt, DataLossSeconds } = Check?.Measured ?? {};
  const since = (time: string | null | undefined) =>
    time === undefined || time === null ? undefined : Math.round((Date.parse(time) - Date.parse(RequestedAt)) / 1000);
  const found = {
    Available: since(AvailableAt),
    Queryable: since(QueryableAt),
    Verified: since(VerifiedAt),
    Warm: since(WarmAt),
    DataLoss: DataLossSeconds ?? undefined,
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as Times;
}

export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  const rest = Math.round(seconds % 60);
  if (minutes < 60) return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48
    ? `${hours} h${minutes % 60 === 0 ? '' : ` ${minutes % 60} min`}`
    : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
