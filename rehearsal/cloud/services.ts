import type { Account } from '../account';
import type { FunctionHost } from '../functions/host';
import type { Buckets } from '../services/buckets';
import { bucketsService } from '../services/buckets-api';
import type { Executions } from '../services/executions';
import { executionsService } from '../services/executions-api';
import { functionsService } from '../services/functions-api';
import { identitiesService } from '../services/identities';
import type { Keys } from '../services/keys';
import type { Parameters as ParameterStore } from '../services/parameters';
import { rdsService } from '../services/rds-api';
import { backupWire, type RestoreValidations } from '../services/restore-validations';
import type { Secrets } from '../services/secrets';
import type { Tasks } from '../services/tasks';
import { tasksService } from '../services/tasks-api';
import type { Topics } from '../services/topics';
import { lambdaWire } from './lambda-wire';
import { json10, json11, query } from './protocols';
import { s3Wire } from './s3-wire';
import type { WiredService } from './server';

type Served = Parameters<typeof rdsService>[0] & {
  readonly parameters: ParameterStore;
  readonly secrets: Secrets;
  readonly keys: Keys;
  readonly executions: Executions;
  readonly buckets: Buckets;
  readonly tasks: Tasks;
  readonly restoreValidations: RestoreValidations;
  readonly topics: Topics;
  readonly functions: FunctionHost;
};

/** Each service of the local cloud, with the protocol that its clients speak. */
export function wiredServices(
  cloud: Served,
  account: Account,
  inBackground: (work: () => Promise<unknown>) => void,
): WiredService[] {
  return [
    { ...cloud.parameters.service, wire: json11 },
    { ...cloud.secrets.service, wire: json11 },
    { ...cloud.keys.service, wire: json11 },
    { ...executionsService(cloud.executions), wire: json10 },
    { ...rdsService(cloud), wire: query('http://rds.amazonaws.com/doc/2014-10-31/') },
    { ...bucketsService(account, cloud.buckets, cloud.keys), wire: s3Wire(account.region) },
    { ...identitiesService(account), wire: query('https://sts.amazonaws.com/doc/2011-06-15/') },
    { ...tasksService(account, cloud.tasks), wire: json11 },
    { ...cloud.restoreValidations.service, wire: backupWire },
    { ...cloud.topics.service, wire: query('http://sns.amazonaws.com/doc/2010-03-31/') },
    { ...functionsService({ host: cloud.functions, inBackground }), wire: lambdaWire },
  ];
}
