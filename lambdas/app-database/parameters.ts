import {
  DeleteParameterCommand,
  GetParameterCommand,
  ParameterNotFound,
  PutParameterCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';

/** The encrypted parameters that the application reads. */
export interface SecureParameters {
  read(name: string): Promise<string | undefined>;
  write(name: string, value: string, key: string): Promise<void>;
  remove(name: string): Promise<void>;
}

/** In Systems Manager: the one file of this capability that calls it. */
export function systemsManager(client: SSMClient): SecureParameters {
  return {
    read: (Name) =>
      unlessMissing(async () => {
        const { Parameter } = await client.send(new GetParameterCommand({ Name, WithDecryption: true }));
        return Parameter?.Value;
      }),
    write: async (Name, Value, KeyId) => {
      await client.send(new PutParameterCommand({ Name, Value, KeyId, Type: 'SecureString', Overwrite: true }));
    },
    remove: async (Name) => {
      await unlessMissing(() => client.send(new DeleteParameterCommand({ Name })));
    },
  };
}

async function unlessMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ParameterNotFound) return undefined;
    throw error;
  }
}
