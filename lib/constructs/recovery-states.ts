// What the states of a recovery's machine are put together from, beside those of the drills.
import { failure, jsonata, lookAgain } from './drill-states';

export const toStopped = { ErrorEquals: ['States.ALL'], Assign: failure, Next: 'Stopped' };

/** What is in the middle of something, such as a backup, can be changed some minutes later. */
export const whenAvailable = {
  ErrorEquals: ['Rds.InvalidDbInstanceStateException'],
  IntervalSeconds: 60,
  BackoffRate: 1,
  MaxAttempts: 30,
};

/** What RDS refused, in short: it goes into a message. */
export const refusal = jsonata(
  '{"Error": $states.errorOutput.Error, "Cause": $substring($states.errorOutput.Cause, 0, 400)}',
);

export const notFound = 'Rds.DbInstanceNotFoundException';

export const describeNamed = (identifier: string, next: string, handlers: readonly object[]) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::aws-sdk:rds:describeDBInstances',
  Arguments: { DbInstanceIdentifier: identifier },
  Retry: [lookAgain],
  Catch: handlers,
  Assign: { seen: jsonata('$states.result.DbInstances[0]'), seenAt: jsonata('$millis()') },
  Next: next,
});

export const modify = (identifier: string, change: object, rest: object) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::aws-sdk:rds:modifyDBInstance',
  Arguments: { DbInstanceIdentifier: identifier, ...change, ApplyImmediately: true },
  ...rest,
});

export const deadlineIn = (minutes: number, Next: string) => ({
  Type: 'Pass',
  Assign: { deadline: jsonata(`$millis() + ${minutes * 60_000}`) },
  Next,
});

/** Stops it with a sentence of ours. */
export const stop = (name: string, cause: string) => ({
  Type: 'Pass',
  Assign: { failure: { Error: `Recovery.${name}`, Cause: jsonata(cause) } },
  Next: 'Stopped',
});

export const isLate = jsonata('$seenAt > $deadline');
