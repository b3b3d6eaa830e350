import { RDSClient } from '@aws-sdk/client-rds';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { secretsManager } from '../shared/admin';
import { settingsFrom } from '../shared/settings';
import type { RecoveryPasswordInput, RecoveryPasswordSettings } from './contract';
import { setAdminPassword } from './set';

const rds = new RDSClient();
const readSecret = secretsManager(new SecretsManagerClient());

export const handler = (input: RecoveryPasswordInput): Promise<void> =>
  setAdminPassword(rds, readSecret, settingsFrom<RecoveryPasswordSettings>('PLINTH_RECOVERY_PASSWORD'), input);
