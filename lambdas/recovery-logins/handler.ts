import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { systemsManager } from '../app-database/parameters';
import { secretsManager } from '../shared/admin';
import { rdsAuthorities } from '../shared/rds-authorities';
import { settingsFrom } from '../shared/settings';
import type { RecoveryLoginsSettings } from './contract';
import { recoveryLoginsFunction } from './function';

export const handler = recoveryLoginsFunction(
  {
    readSecret: secretsManager(new SecretsManagerClient()),
    ca: rdsAuthorities(),
    readParameter: systemsManager(new SSMClient()).read,
  },
  () => settingsFrom<RecoveryLoginsSettings>('PLINTH_RECOVERY_LOGINS'),
);
