import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { withSession } from '../shared/database';
import { rdsAuthorities } from '../shared/rds-authorities';
import type { RotationEvent } from './contract';
import { type Login, rotate } from './rotate';
import { versionedSecret } from './secret';

const client = new SecretsManagerClient();
const ca = rdsAuthorities();

const login: Login = ({ username, password, host, port }, work) =>
  withSession(
    { host, port, user: username, password, database: 'postgres', ca },
    { applicationName: 'plinth-admin-rotation', lockTimeoutMs: 5_000, statementTimeoutMs: 20_000 },
    work,
  );

export const handler = ({ SecretId, ...event }: RotationEvent): Promise<void> =>
  rotate(event, versionedSecret(client, SecretId), login);
