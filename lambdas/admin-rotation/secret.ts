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
  return {
    stages: async () => {
      const { RotationEnabled, VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId }));
      if (!RotationEnabled) throw new OperationError(`Rotation is not switched on for the secret ${SecretId}.`);
      return VersionIdsToStages ?? {};
    },
    read: async ({ stage, version }) => {
      try {
        const { SecretString } = await client.send(
          new GetSecretValueCommand({ SecretId, VersionStage: stage, VersionId: version }),
        );
        return parseSecret(SecretString ?? '', SecretId);
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      }
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

/** The parser's own message would quote the secret, so there is one of ours. */
export function parseSecret(text: string, id: string): AdminSecret {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new OperationError(`The secret ${id} is not JSON.`);
  }
  const fields = (value ?? {}) as Record<string, unknown>;
  const missing = ['username', 'password', 'host', 'port'].filter((name) => fields[name] === undefined);
  if (missing.length > 0) throw new OperationError(`The secret ${id} lacks ${missing.join(', ')}.`);
  return { ...fields, port: Number(fields['port']) } as AdminSecret;
}
