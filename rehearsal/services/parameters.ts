import type { Account } from '../account';
import { type Call, members, type Operation, type Service } from '../cloud/call';
import { AwsError } from '../cloud/errors';
import type { Keys } from './keys';

interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly version: number;
  readonly key: string | undefined;
  readonly sealed: Buffer;
  readonly modified: Date;
}

/** Systems Manager's parameters; a SecureString is encrypted by its key. */
export class Parameters {
  readonly #parameters = new Map<string, Parameter>();

  constructor(
    private readonly account: Account,
    private readonly keys: Keys,
    private readonly now: () => Date,
    private readonly secret: (value: string, name: string) => void,
  ) {}

  arnOf(name: string): string {
    return this.account.arn('ssm', `parameter/${name.replace(/^\//, '')}`);
  }

  /** As CloudFormation makes one: never a SecureString. */
  put(name: string, type: string, value: string): void {
    this.store(name, type, undefined, Buffer.from(value));
  }

  remove(name: string): void {
    this.#parameters.delete(name);
  }

  names(): string[] {
    return [...this.#parameters.keys()].sort();
  }

  /** Those that anybody may read who may read parameters, with their values. */
  open(): (readonly [name: string, value: string])[] {
    const plain = [...this.#parameters.values()].filter(({ type }) => type !== 'SecureString');
    return plain.map(({ name, sealed }) => [name, sealed.toString()]);
  }

  /** For the rehearsal itself, which looks at what an application would find. */
  plain(name: string): string {
    const { type, key, sealed } = this.#parameters.get(name) as Parameter;
    const managed = key === undefined || key.includes('alias/aws/');
    return type === 'SecureString' && !managed
      ? this.keys.open(key, sealed, { PARAMETER_ARN: this.arnOf(name) })
      : sealed.toString();
  }

  private store(name: string, type: string, key: string | undefined, sealed: Buffer): Parameter {
    const version = (this.#parameters.get(name)?.version ?? 0) + 1;
    const parameter = { name, type, key, sealed, version, modified: this.now() };
    this.#parameters.set(name, parameter);
    return parameter;
  }

  private read(call: Call, parameter: Parameter, decrypted: boolean): Record<string, unknown> {
    const { name, type, version, key, sealed, modified } = parameter;
    const arn = this.arnOf(name);
    const secure = type === 'SecureString';
    const value = secure && decrypted ? this.keys.openFor(call, key, sealed, { PARAMETER_ARN: arn }) : undefined;
    return {
      Name: name,
      Type: type,
      Value: secure ? (value ?? sealed.toString('base64')) : sealed.toString(),
      Version: version,
      LastModifiedDate: modified,
      ARN: arn,
      DataType: 'text',
    };
  }

  private readonly put_: Operation = async (input, call) => {
    const given = members(input, ['Name', 'Value', 'Type', 'KeyId', 'Overwrite', 'Tier'], ['Description', 'DataType']);
    const name = String(given.Name);
    call.authorize('ssm:PutParameter', this.arnOf(name));
    const before = this.#parameters.get(name);
    if (before && given.Overwrite !== true) {
      throw new AwsError(
        'ParameterAlreadyExists',
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
      );
    }
    const value = String(given.Value);
    // The limit of the standard tier.
    if (Buffer.byteLength(value) > 4096) {
      throw new AwsError(
        'ValidationException',
        'Standard tier parameters support a maximum parameter value of 4096 characters.',
      );
    }
    const type = String(given.Type ?? before?.type ?? 'String');
    const key = type === 'SecureString' ? String(given.KeyId ?? before?.key ?? 'alias/aws/ssm') : undefined;
    const context = { PARAMETER_ARN: this.arnOf(name) };
    const sealed = key === undefined ? Buffer.from(value) : this.keys.sealFor(call, key, value, context);
    if (type === 'SecureString') this.secret(value, name);
    return { Version: this.store(name, type, key, sealed).version, Tier: 'Standard' };
  };

  readonly service: Service = {
    name: 'ssm',
    protocol: 'json',
    operations: {
      PutParameter: this.put_,
      GetParameter: async (input, call) => {
        const { Name, WithDecryption } = members(input, ['Name', 'WithDecryption']);
        call.authorize('ssm:GetParameter', this.arnOf(String(Name)));
        const found = this.#parameters.get(String(Name));
        if (!found) throw new AwsError('ParameterNotFound', '');
        return { Parameter: this.read(call, found, WithDecryption === true) };
      },
      GetParametersByPath: async (input, call) => {
        const given = members(input, ['Path', 'Recursive', 'WithDecryption'], ['MaxResults']);
        const path = String(given.Path).replace(/\/?$/, '/');
        call.authorize('ssm:GetParametersByPath', this.arnOf(path.slice(0, -1)));
        const below = [...this.#parameters.values()].filter(
          ({ name }) => name.startsWith(path) && (given.Recursive === true || !name.slice(path.length).includes('/')),
        );
        return { Parameters: below.map((each) => this.read(call, each, given.WithDecryption === true)) };
      },
      DeleteParameter: async (input, call) => {
        const name = String(members(input, ['Name']).Name);
        call.authorize('ssm:DeleteParameter', this.arnOf(name));
        if (!this.#parameters.delete(name)) throw new AwsError('ParameterNotFound', '');
        return {};
      },
      DescribeParameters: async (input, call) => {
        members(input, [], ['MaxResults']);
        call.authorize('ssm:DescribeParameters', this.account.arn('ssm', '*'));
        const all = [...this.#parameters.values()];
        return {
          Parameters: all.map(({ name, type, version, key }) => ({
            Name: name,
            Type: type,
            Version: version,
            KeyId: key,
          })),
        };
      },
    },
  };
}
