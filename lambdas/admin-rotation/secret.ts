import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { OperationError } from '../shared/errors';
import type { AdminSecret } from './contract';
import type { VersionedSecret } from './rotate';

/** The secret in Secrets Manager: the one file of this capability that calls it. */
export function versionedSecret(client: SecretsManagerClient, SecretId: string): VersionedSecret {
  const textOf = async (VersionStage: string, VersionId?: string): Promise<string | undefined> => {
    try {
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId, VersionStage, VersionId }));
      return SecretString ?? '';
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  };
  return {
    stages: async () => {
      const { RotationEnabled, VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId }));
      if (!RotationEnabled) throw new OperationError(`Rotation is not switched on for the secret ${SecretId}.`);
      return VersionIdsToStages ?? {};
    },
    read: async ({ stage, version }) => {
      const text = await textOf(stage, version);
      return text === undefined ? undefined : parseSecret(text, SecretId);
    },
    previousPassword: async () => {
      const text = await textOf('AWSPREVIOUS');
      return text === undefined ? undefined : fieldsOf(text, SecretId, ['password'])['password'];
    },
    putPending: async (version, secret) => {
      await client.send(
        new PutSecretValueCommand({
          SecretId,
          ClientRequestToken: version,
          SecretString: JSON.stringify(secret),
          VersionStages: ['AWSPENDING'],
        }),
      );
    },
    makeCurrent: async (version, instead) => {
      await client.send(
        new UpdateSecretVersionStageCommand({
          SecretId,
          VersionStage: 'AWSCURRENT',
          MoveToVersionId: version,
          RemoveFromVersionId: instead,
        }),
      );
    },
  };
}

export function parseSecret(text: string, id: string): AdminSecret {
  const fields = fieldsOf(text, id, ['username', 'password', 'host', 'port']);
  return { ...fields, port: Number(fields['port']) } as AdminSecret;
}

/** The parser's own message would quote the secret, so there is one of ours. */
function fieldsOf(text: string, id: string, needed: readonly string[]): Record<string, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new OperationError(`The secret ${id} is not JSON.`);
  }
  const fields = (value ?? {}) as Record<string, string>;
  const missing = needed.filter((name) => fields[name] === undefined);
  if (missing.length > 0) throw new OperationError(`The secret ${id} lacks ${missing.join(', ')}.`);
  return fields;
}
