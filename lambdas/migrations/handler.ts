import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RDSClient } from '@aws-sdk/client-rds';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { secretsManager } from '../shared/admin';
import { rdsAuthorities } from '../shared/rds-authorities';
import type { BundledFile } from './contract';
import { migrationsResource } from './resource';
import { rdsSnapshots } from './snapshots';

export const handler = migrationsResource({
  readSecret: secretsManager(new SecretsManagerClient()),
  ca: rdsAuthorities(),
  bundled: () => JSON.parse(readFileSync(join(__dirname, 'migrations.json'), 'utf8')) as BundledFile[],
  snapshots: rdsSnapshots(new RDSClient()),
});
