import { randomInt, randomUUID } from 'node:crypto';
import type { Account } from '../account';
import { type Call, members, type Service } from '../cloud/call';
import { AwsError } from '../cloud/errors';
import type { Keys } from './keys';

const passwordRules = [
  'PasswordLength',
  'ExcludeCharacters',
  'ExcludePunctuation',
  'ExcludeUppercase',
  'ExcludeLowercase',
  'ExcludeNumbers',
  'IncludeSpace',
  'RequireEachIncludedType',
] as const;

export interface GenerateRules {
  readonly SecretStringTemplate?: string;
  readonly GenerateStringKey?: string;
  readonly PasswordLength?: number | string;
  readonly ExcludeCharacters?: string;
  readonly ExcludePunctuation?: boolean | string;
  readonly ExcludeUppercase?: boolean | string;
  readonly ExcludeLowercase?: boolean | string;
  readonly ExcludeNumbers?: boolean | string;
  readonly IncludeSpace?: boolean | string;
  readonly RequireEachIncludedType?: boolean | string;
}

interface Version {
  readonly sealed: Buffer;
  readonly stages: Set<string>;
}

export interface Secret {
  readonly name: string;
  readonly arn: string;
  key: string | undefined;
  readonly versions: Map<string, Version>;
  tags: Readonly<Record<string, string>>;
  rotation?: { readonly functionArn: string; readonly rules: unknown };
  rotating?: boolean;
}

/** Secrets Manager: secrets in versions, encrypted by their key, and their rotation by a function. */
export class Secrets {
  readonly #secrets = new Map<string, Secret>();

  constructor(
    private readonly account: Account,
    private readonly keys: Keys,
    private readonly invoke: (functionArn: string, event: unknown) => Promise<void>,
    private readonly secret: (value: string, name: string) => void,
  ) {}

  create(name: string, key: string | undefined, value: string, tags: Readonly<Record<string, string>> = {}): Secret {
    const arn = this.account.arn('secretsmanager', `secret:${name}-${this.account.random(6)}`);
    if ([...this.#secrets.values()].some((secret) => secret.name === name)) {
      throw new AwsError('ResourceExistsException', `The operation failed because the secret ${name} already exists.`);
    }
    const made: Secret = { name, arn, key, versions: new Map(), tags };
    this.#secrets.set(arn, made);
    this.store(made, value);
    return made;
  }

  /** A new version that takes the stage AWSCURRENT, as CloudFormation stores it. */
  store(secret: Secret, value: string): void {
    this.note(secret, value);
    const version = randomUUID();
    secret.versions.set(version, { sealed: this.keys.seal(secret.key, value, contextOf(secret)), stages: new Set() });
    this.move(secret, 'AWSCURRENT', version);
  }

  /** Under another key from here on, and with it all versions that have a stage. */
  encryptBy(secret: Secret, key: string | undefined): void {
    for (const [id, { sealed, stages }] of secret.versions) {
      if (sealed.length === 0) continue;
      const value = this.keys.open(secret.key, sealed, contextOf(secret));
      secret.versions.set(id, { sealed: this.keys.seal(key, value, contextOf(secret)), stages });
    }
    secret.key = key;
  }

  current(id: string): string {
    const secret = this.find(id);
    return this.keys.open(secret.key, this.versionOf(secret, undefined, undefined).sealed, contextOf(secret));
  }

  /** The password of the secret that is attached to this host. */
  passwordFor(host: string): string | undefined {
    for (const { arn } of this.#secrets.values()) {
      const value = this.current(arn);
      const { host: attached, password } = value.startsWith('{') ? (JSON.parse(value) as Record<string, string>) : {};
      if (attached === host) return password;
    }
    return undefined;
  }

  remove(id: string): void {
    this.#secrets.delete(this.find(id).arn);
  }

  find(id: string): Secret {
    const secret = [...this.#secrets.values()].find(({ name, arn }) => id === arn || id === name);
    if (secret) return secret;
    throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  }

  rotated(): Secret[] {
    return [...this.#secrets.values()].filter(({ rotation }) => rotation !== undefined);
  }

  /** As a schedule does it: the four steps, one after the other, with a version of its own. */
  async rotate(id: string): Promise<void> {
    const version = randomUUID();
    for (const Step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret']) await this.step(id, Step, version);
  }

  /** When rotation is switched on and not begun at once, one step is tried with a version that goes away again. */
  async tryRotation(id: string): Promise<void> {
    const secret = this.find(id);
    const version = randomUUID();
    const value = this.current(id);
    secret.versions.set(version, {
      sealed: this.keys.seal(secret.key, value, contextOf(secret)),
      stages: new Set(['AWSPENDING']),
    });
    try {
      await this.step(id, 'testSecret', version);
    } finally {
      secret.versions.delete(version);
    }
  }

  private async step(id: string, Step: string, ClientRequestToken: string): Promise<void> {
    const secret = this.find(id);
    if (!secret.rotation) throw new AwsError('InvalidRequestException', `${secret.name} has no rotation.`);
    if (!secret.versions.has(ClientRequestToken)) {
      secret.versions.set(ClientRequestToken, { sealed: Buffer.alloc(0), stages: new Set(['AWSPENDING']) });
    }
    await this.invoke(secret.rotation.functionArn, { SecretId: secret.arn, ClientRequestToken, Step });
  }

  private note(secret: Secret, value: string): void {
    this.secret(value, secret.name);
  }

  private move(secret: Secret, stage: string, to: string): void {
    const from = [...secret.versions].find(([, { stages }]) => stages.has(stage))?.[0];
    if (from === to) return;
    if (from !== undefined) secret.versions.get(from)?.stages.delete(stage);
    if (stage === 'AWSCURRENT' && from !== undefined) this.move(secret, 'AWSPREVIOUS', from);
    secret.versions.get(to)?.stages.add(stage);
  }

  private versionOf(secret: Secret, id: unknown, stage: unknown): Version & { readonly id: string } {
    for (const [version, each] of secret.versions) {
      if (id !== undefined && id !== version) continue;
      if (!each.stages.has(String(stage ?? (id === undefined ? 'AWSCURRENT' : [...each.stages][0])))) continue;
      if (each.sealed.length === 0) break;
      return { ...each, id: version };
    }
    const which = id !== undefined ? `VersionId: ${id}` : `staging label: ${stage ?? 'AWSCURRENT'}`;
    throw new AwsError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for ${which}`,
    );
  }

  private authorized(call: Call, action: string, id: unknown): Secret {
    const secret = this.find(String(id));
    const tags = Object.entries(secret.tags).map(([key, tag]) => [`aws:ResourceTag/${key}`, tag]);
    const context = { 'secretsmanager:SecretId': secret.arn, ...Object.fromEntries(tags) };
    call.authorize(`secretsmanager:${action}`, secret.arn, context);
    return secret;
  }

  private readonly describe = (secret: Secret) => ({
    ARN: secret.arn,
    Name: secret.name,
    KmsKeyId: secret.key,
    RotationEnabled: secret.rotation !== undefined,
    RotationLambdaARN: secret.rotation?.functionArn,
    VersionIdsToStages: Object.fromEntries([...secret.versions].map(([id, { stages }]) => [id, [...stages]])),
  });

  readonly service: Service = {
    name: 'secretsmanager',
    protocol: 'json',
    operations: {
      GetSecretValue: async (input, call) => {
        const { SecretId, VersionId, VersionStage } = members(input, ['SecretId', 'VersionId', 'VersionStage']);
        const secret = this.authorized(call, 'GetSecretValue', SecretId);
        const { id, sealed, stages } = this.versionOf(secret, VersionId, VersionStage);
        const SecretString = this.keys.openFor(call, secret.key, sealed, contextOf(secret));
        return { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: [...stages], SecretString };
      },
      DescribeSecret: async (input, call) =>
        this.describe(this.authorized(call, 'DescribeSecret', members(input, ['SecretId']).SecretId)),
      ListSecrets: async (input, call) => {
        members(input, [], ['MaxResults']);
        call.authorize('secretsmanager:ListSecrets', '*');
        return { SecretList: [...this.#secrets.values()].map(this.describe) };
      },
      PutSecretValue: async (input, call) => {
        const known = ['SecretId', 'ClientRequestToken', 'SecretString', 'VersionStages'] as const;
        const given = members(input, known);
        const secret = this.authorized(call, 'PutSecretValue', given.SecretId);
        const version = String(given.ClientRequestToken ?? randomUUID());
        const value = String(given.SecretString);
        this.note(secret, value);
        const sealed = this.sealedBy(call, secret, value);
        const before = secret.versions.get(version);
        secret.versions.set(version, { sealed, stages: before?.stages ?? new Set() });
        const stages = (given.VersionStages ?? ['AWSCURRENT']) as string[];
        for (const stage of stages) this.move(secret, stage, version);
        return { ARN: secret.arn, Name: secret.name, VersionId: version, VersionStages: stages };
      },
      UpdateSecretVersionStage: async (input, call) => {
        const known = ['SecretId', 'VersionStage', 'MoveToVersionId', 'RemoveFromVersionId'] as const;
        const given = members(input, known);
        const secret = this.authorized(call, 'UpdateSecretVersionStage', given.SecretId);
        const stage = String(given.VersionStage);
        const holder = [...secret.versions].find(([, { stages }]) => stages.has(stage))?.[0];
        if (holder !== undefined && holder !== given.MoveToVersionId && holder !== given.RemoveFromVersionId) {
          throw new AwsError(
            'InvalidParameterException',
            `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${holder}, so you must explicitly reference that version in RemoveFromVersionId.`,
          );
        }
        if (given.MoveToVersionId === undefined)
          secret.versions.get(String(given.RemoveFromVersionId))?.stages.delete(stage);
        else this.move(secret, stage, String(given.MoveToVersionId));
        return { ARN: secret.arn, Name: secret.name };
      },
      GetRandomPassword: async (input, call) => {
        const rules = members(input, passwordRules) as GenerateRules;
        call.authorize('secretsmanager:GetRandomPassword', '*');
        return { RandomPassword: randomPassword(rules) };
      },
      RotateSecret: async (input, call) => {
        const secret = this.authorized(call, 'RotateSecret', members(input, ['SecretId']).SecretId);
        await this.rotate(secret.arn);
        return { ARN: secret.arn, Name: secret.name };
      },
    },
  };

  private sealedBy(call: Call, secret: Secret, value: string): Buffer {
    if (secret.key === undefined) return Buffer.from(value);
    // It asks for a data key and opens it again.
    this.keys.authorized(call, 'kms:GenerateDataKey', secret.key, contextOf(secret));
    this.keys.authorized(call, 'kms:Decrypt', secret.key, contextOf(secret));
    return this.keys.seal(secret.key, value, contextOf(secret));
  }
}

const invalid = (message: string) => new AwsError('InvalidParameterException', message);
const contextOf = (secret: Secret) => ({ SecretARN: secret.arn });

const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';
const on = (value: unknown) => value === true || value === 'true';

/** By the rules of `GenerateSecretString`. */
export function generateSecret(rules: GenerateRules): string {
  members({ ...rules }, [...passwordRules, 'SecretStringTemplate', 'GenerateStringKey']);
  const password = randomPassword(rules);
  if (rules.GenerateStringKey === undefined) return password;
  const template = JSON.parse(rules.SecretStringTemplate ?? '{}') as Record<string, unknown>;
  return JSON.stringify({ ...template, [rules.GenerateStringKey]: password });
}

export function randomPassword(rules: GenerateRules): string {
  const kinds = [
    on(rules.ExcludeLowercase) ? '' : 'abcdefghijklmnopqrstuvwxyz',
    on(rules.ExcludeUppercase) ? '' : 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    on(rules.ExcludeNumbers) ? '' : '0123456789',
    on(rules.ExcludePunctuation) ? '' : punctuation,
    on(rules.IncludeSpace) ? ' ' : '',
  ].map((kind) => [...kind].filter((character) => !rules.ExcludeCharacters?.includes(character)));
  const all = kinds.flat();
  const included = kinds.filter((kind) => kind.length > 0);
  const length = Number(rules.PasswordLength ?? 32);
  const eachType = rules.RequireEachIncludedType === undefined || on(rules.RequireEachIncludedType);
  if (!(length >= 1 && length <= 4096)) throw invalid('PasswordLength must be between 1 and 4096.');
  if (all.length === 0) throw invalid('The rules exclude every character.');
  if (eachType && length < included.length) {
    throw invalid(`PasswordLength is ${length}, and each of the ${included.length} included types needs a character.`);
  }
  for (;;) {
    const characters = Array.from({ length }, () => all[randomInt(all.length)] as string);
    if (!eachType || included.every((kind) => characters.some((character) => kind.includes(character)))) {
      return characters.join('');
    }
  }
}
