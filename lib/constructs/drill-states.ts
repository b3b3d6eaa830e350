// What the states of a drill's machine are put together from.

// RDS's words for an instance that is on its way. Any other but `available` ends the drill.
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
  'storage-optimization',
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
export const rdsAgain = { ErrorEquals: ['Rds.SdkClientException', 'Rds.ThrottlingException'], ...again };
export const id = jsonata('$id');

export const describe = (next: string, handlers: readonly object[]) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::aws-sdk:rds:describeDBInstances',
  Arguments: { DbInstanceIdentifier: id },
  Retry: [rdsAgain],
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
