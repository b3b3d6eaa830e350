import { RehearsalError } from '../errors';
import type { FunctionHost } from '../functions/host';
import type { Authorizer } from '../iam/authorizer';
import type { Logs } from '../logs';
import type { Buckets } from '../services/buckets';
import type { Databases } from '../services/databases';
import type { Executions } from '../services/executions';
import type { Keys } from '../services/keys';
import type { Parameters } from '../services/parameters';
import type { Secrets } from '../services/secrets';
import type { Tasks } from '../services/tasks';
import type { Topics } from '../services/topics';
import { bucketTypes } from './buckets';
import { databaseTypes } from './databases';
import { flowLogTypes } from './flow-logs';
import { functionTypes } from './functions';
import { machineTypes } from './machines';
import { keyTypes, logTypes, parameterTypes, secretTypes, topicTypes } from './stores';
import { strict } from './strict';
import { taskTypes } from './tasks';
import type { ResourceType } from './type';

/** What stands behind the types of resources that do something. */
export interface Parts {
  readonly authorizer: Authorizer;
  readonly buckets: Buckets;
  readonly databases: Databases;
  readonly executions: Executions;
  readonly functions: FunctionHost;
  readonly keys: Keys;
  readonly logs: Logs;
  readonly parameters: Parameters;
  readonly secrets: Secrets;
  readonly tasks: Tasks;
  readonly topics: Topics;
}

export function realTypes(parts: Parts, note: (sentence: string) => void): Readonly<Record<string, ResourceType>> {
  const { authorizer, databases } = parts;
  const { services } = authorizer;
  const types = {
    ...keyTypes(parts.keys),
    ...secretTypes(parts.secrets, services, (type, id) => describeTarget(databases, type, id)),
    ...parameterTypes(parts.parameters),
    ...topicTypes(parts.topics),
    ...bucketTypes(parts.buckets),
    ...logTypes(parts.logs, services),
    ...databaseTypes(databases, services, note),
    ...functionTypes(parts.functions, authorizer),
    ...flowLogTypes(authorizer),
    ...taskTypes(parts.tasks),
    ...machineTypes(parts.executions, authorizer),
  };
  return Object.fromEntries(Object.entries(types).map(([name, type]) => [name, strict(type)]));
}

/** What Secrets Manager puts beside the password of a database. */
function describeTarget(databases: Databases, type: string, id: string): Record<string, unknown> {
  if (type !== 'AWS::RDS::DBInstance') throw new RehearsalError(`The rehearsal attaches no secret to an ${type}.`);
  const { address, port, settings } = databases.instance(id);
  const dbname = settings['DBName'];
  return {
    engine: 'postgres',
    host: address,
    port,
    dbInstanceIdentifier: id,
    ...(dbname !== undefined && { dbname }),
  };
}
