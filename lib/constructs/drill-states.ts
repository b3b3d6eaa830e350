// What the states of a drill's machine are put together from.

// RDS's words for an instance that answers: the last two may last for hours, while blocks come from S3 in the background.
export const usable = ['available', 'storage-initialization', 'storage-optimization'];
// And for one that is on its way. Any other ends the drill.
export const passing = [
  'creating',
  'backing-up',
  'modifying',
  'rebooting',
  'renaming',
  'resetting-master-credentials',
  'configuring-enhanced-monitoring',
  'configuring-iam-database-auth',
  'configuring-log-exports',
  'configuring-associated-roles',
  'storage-config-upgrade',
  'upgrading',
  'maintenance',
  'starting',
];

export const jsonata = (expression: string) => `{% ${expression} %}`;
export const failure = {
  failure: jsonata('{"Error": $states.errorOutput.Error, "Cause": $substring($states.errorOutput.Cause, 0, 4000)}'),
};
export const toRecord = { ErrorEquals: ['States.ALL'], Assign: failure, Next: 'Record' };
// Four tries within a minute: what the service itself asks to be tried again.
export const again = {
  IntervalSeconds: 4,
  BackoffRate: 2,
  MaxAttempts: 4,
  MaxDelaySeconds: 30,
  JitterStrategy: 'FULL',
};
export const lambdaAgain = {
  ErrorEquals: [
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.TooManyRequestsException',
  ],
  ...again,
};
// What RDS has no model of comes by the second name: that it is asked too often, and its own troubles. So do refusals of
// IAM, which then cost a minute.
const rdsTroubles = ['Rds.SdkClientException', 'Rds.RdsException', 'Rds.ThrottlingException'];
export const rdsAgain = { ErrorEquals: rdsTroubles, ...again };
// Some six minutes: a look costs nothing, and all that was waited for is lost by one that fails.
export const lookAgain = { ...rdsAgain, MaxAttempts: 14 };
/** It may be in the middle of something that cannot be interrupted. */
export const whenPossible = {
  ErrorEquals: ['Rds.InvalidDbInstanceStateException'],
  IntervalSeconds: 60,
  BackoffRate: 1,
  MaxAttempts: 20,
};
export const id = jsonata('$id');
const is = (states: readonly string[]) => `$seen.DbInstanceStatus in ${JSON.stringify(states)}`;
export const isUsable = is(usable);
export const isPassing = jsonata(is(passing));
export const isUsableOrPassing = jsonata(is([...usable, ...passing]));
/** RDS, or whoever writes its answer as JSON, may name what is not pending as an empty list. */
export const nothingPending = '$count($seen.PendingModifiedValues.*) = 0';

export const describe = (next: string, handlers: readonly object[]) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::aws-sdk:rds:describeDBInstances',
  Arguments: { DbInstanceIdentifier: id },
  Retry: [lookAgain],
  Catch: handlers,
  Assign: { seen: jsonata('$states.result.DbInstances[0]'), seenAt: jsonata('$millis()') },
  Next: next,
});
export const wait = (Seconds: number, Next: string) => ({ Type: 'Wait', Seconds, Next });
export const note = (name: string, cause: string) => ({
  Type: 'Pass',
  Assign: { failure: { Error: name, Cause: jsonata(cause) } },
  Next: 'Record',
});
export const invoke = (FunctionName: string, Payload: object) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName, Payload },
});
export const described = "'The instance is ' & $seen.DbInstanceStatus & '.'";
