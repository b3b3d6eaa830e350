import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { publishedParameter } from '../drill-check/parameter';
import { secretsManager } from '../shared/admin';
import { rdsAuthorities } from '../shared/rds-authorities';
import { drillRolesFunction } from './function';

export const handler = drillRolesFunction({
  readSecret: secretsManager(new SecretsManagerClient()),
  ca: rdsAuthorities(),
  readParameter: publishedParameter(new SSMClient()),
});
