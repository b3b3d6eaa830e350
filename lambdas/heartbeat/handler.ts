import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { secretsManager } from '../shared/admin';
import { rdsAuthorities } from '../shared/rds-authorities';
import { heartbeatFunction } from './function';

export const handler = heartbeatFunction({
  readSecret: secretsManager(new SecretsManagerClient()),
  ca: rdsAuthorities(),
});
