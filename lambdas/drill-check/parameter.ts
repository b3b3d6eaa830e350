import { GetParameterCommand, ParameterNotFound, type SSMClient } from '@aws-sdk/client-ssm';
import type { LoggingIn } from './login';

/** The published connection string, and when it was written. */
export const publishedParameter =
  (client: SSMClient): LoggingIn['readParameter'] =>
  async (Name) => {
    try {
      const { Parameter } = await client.send(new GetParameterCommand({ Name, WithDecryption: true }));
      if (Parameter?.Value === undefined) return undefined;
      return { value: Parameter.Value, modifiedAt: Parameter.LastModifiedDate };
    } catch (error) {
      if (error instanceof ParameterNotFound) return undefined;
      throw error;
    }
  };
