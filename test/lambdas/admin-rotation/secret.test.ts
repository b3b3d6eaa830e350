import {
  type GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { versionedSecret } from '../../../lambdas/admin-rotation/secret';

/** Answers as Secrets Manager does for a secret whose server was attached after its first version was made. */
const client = {
  send: async ({ input }: GetSecretValueCommand) => {
    const values: Record<string, object> = {
      AWSPREVIOUS: { username: 'admin', password: 'first' },
      AWSCURRENT: { username: 'admin', password: 'second', host: 'db.example', port: 5432 },
    };
    const value = values[input.VersionStage ?? ''];
    if (!value) throw new ResourceNotFoundException({ message: 'none', $metadata: {} });
    return { SecretString: JSON.stringify(value) };
  },
} as unknown as SecretsManagerClient;
const secret = versionedSecret(client, 'arn:secret');

test('the version from before the server was attached gives its password, though it names no host', async () => {
  expect(await secret.previousPassword()).toBe('first');
});

test('a current version is read as a whole, and one that is not there is undefined', async () => {
  expect(await secret.read({ stage: 'AWSCURRENT' })).toMatchObject({ host: 'db.example', port: 5432 });
  expect(await secret.read({ stage: 'AWSPENDING', version: 'v2' })).toBeUndefined();
});
