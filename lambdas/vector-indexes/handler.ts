import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { secretsManager } from '../shared/admin';
import { rdsAuthorities } from '../shared/rds-authorities';
import { vectorIndexesResource } from './resource';

export const handler = vectorIndexesResource({
  readSecret: secretsManager(new SecretsManagerClient()),
  ca: rdsAuthorities(),
});
