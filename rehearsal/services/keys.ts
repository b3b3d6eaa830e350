import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Account } from '../account';
import { type Call, members, type Service } from '../cloud/call';
import { AwsError } from '../cloud/errors';

interface Key {
  readonly id: string;
  readonly arn: string;
  readonly material: Buffer;
  enabled: boolean;
}

/** An id stands before what its key has encrypted. */
const idLength = 36;

type EncryptionContext = Readonly<Record<string, string>>;

/** KMS: keys that really encrypt, and refuse when they are disabled or gone. */
export class Keys {
  readonly #keys = new Map<string, Key>();
  readonly #aliases = new Map<string, string>();

  constructor(private readonly account: Account) {}

  create(enabled: boolean): Key {
    const digits = this.account.random(32);
    const id = [8, 12, 16, 20, 32].map((end, i) => digits.slice([0, 8, 12, 16, 20][i], end)).join('-');
    const key = { id, arn: this.account.arn('kms', `key/${id}`), material: randomBytes(32), enabled };
    this.#keys.set(id, key);
    return key;
  }

  enable(id: string, enabled: boolean): void {
    this.find(id).enabled = enabled;
  }

  remove(id: string): void {
    this.#keys.delete(id);
  }

  setAlias(alias: string, target: string | undefined): void {
    if (target === undefined) this.#aliases.delete(alias);
    else this.#aliases.set(alias, this.find(target).id);
  }

  /** By id, ARN, alias or alias ARN. */
  find(name: string): Key {
    const last = name.startsWith('arn:')
      ? name
          .split(':')
          .slice(5)
          .join(':')
          .replace(/^key\//, '')
      : name;
    const key = this.#keys.get(this.#aliases.get(last) ?? last);
    if (key) return key;
    throw new AwsError('NotFoundException', `Key '${name}' does not exist`);
  }

  /** For a service that stores something: under the customer's key, with the caller's rights, or under its own. */
  sealFor(call: Call, key: string | undefined, text: string, context: EncryptionContext): Buffer {
    if (key === undefined || key.includes('alias/aws/')) return Buffer.from(text);
    return this.encrypt(this.authorized(call, 'kms:Encrypt', key, context), Buffer.from(text), context);
  }

  openFor(call: Call, key: string | undefined, sealed: Buffer, context: EncryptionContext): string {
    if (key === undefined || key.includes('alias/aws/')) return sealed.toString();
    return this.decrypt(this.authorized(call, 'kms:Decrypt', key, context), sealed, context).toString();
  }

  /** The same without a caller: what CloudFormation itself stores and reads. */
  seal(key: string | undefined, text: string, context: EncryptionContext): Buffer {
    return key === undefined ? Buffer.from(text) : this.encrypt(this.usable(key), Buffer.from(text), context);
  }

  open(key: string | undefined, sealed: Buffer, context: EncryptionContext): string {
    return key === undefined ? sealed.toString() : this.decrypt(this.usable(key), sealed, context).toString();
  }

  authorized(call: Call, action: string, name: string, context: EncryptionContext): Key {
    const key = this.usable(name);
    const entries = Object.entries(context).map(([field, value]) => [`kms:EncryptionContext:${field}`, value]);
    const via =
      call.service === 'kms' ? {} : { 'kms:ViaService': `${call.service}.${this.account.region}.amazonaws.com` };
    call.authorize(action, key.arn, { ...via, 'kms:CallerAccount': this.account.id, ...Object.fromEntries(entries) });
    return key;
  }

  /** For a service that encrypts by itself: a key of its own, and the same under the customer's. */
  dataKeyFor(call: Call, name: string, context: EncryptionContext) {
    const key = this.authorized(call, 'kms:GenerateDataKey', name, context);
    const plain = randomBytes(32);
    return { plain, sealed: this.encrypt(key, plain, context), keyArn: key.arn };
  }

  openDataKeyFor(call: Call, sealed: Buffer, context: EncryptionContext): Buffer {
    const key = this.authorized(call, 'kms:Decrypt', sealed.subarray(0, idLength).toString(), context);
    return this.decrypt(key, sealed, context);
  }

  openDataKey(sealed: Buffer, context: EncryptionContext): Buffer {
    return this.decrypt(this.find(sealed.subarray(0, idLength).toString()), sealed, context);
  }

  private usable(name: string): Key {
    const key = this.find(name);
    if (!key.enabled) throw new AwsError('DisabledException', `${key.arn} is disabled.`);
    return key;
  }

  private encrypt(key: Key, plain: Buffer, context: EncryptionContext): Buffer {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key.material, nonce).setAAD(associated(context));
    const body = Buffer.concat([cipher.update(plain), cipher.final()]);
    return Buffer.concat([Buffer.from(key.id), nonce, cipher.getAuthTag(), body]);
  }

  private decrypt(key: Key, sealed: Buffer, context: EncryptionContext): Buffer {
    const at = key.id.length;
    if (sealed.subarray(0, at).toString() !== key.id) throw invalid();
    try {
      const decipher = createDecipheriv('aes-256-gcm', key.material, sealed.subarray(at, at + 12))
        .setAAD(associated(context))
        .setAuthTag(sealed.subarray(at + 12, at + 28));
      return Buffer.concat([decipher.update(sealed.subarray(at + 28)), decipher.final()]);
    } catch {
      throw invalid();
    }
  }

  readonly service: Service = {
    name: 'kms',
    protocol: 'json',
    operations: {
      Encrypt: async (input, call) => {
        const { KeyId, Plaintext, EncryptionContext } = members(input, ['KeyId', 'Plaintext', 'EncryptionContext']);
        const context = (EncryptionContext ?? {}) as EncryptionContext;
        const key = this.authorized(call, 'kms:Encrypt', String(KeyId), context);
        const sealed = this.encrypt(key, Buffer.from(String(Plaintext), 'base64'), context);
        return { CiphertextBlob: sealed.toString('base64'), KeyId: key.arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
      },
      Decrypt: async (input, call) => {
        const given = members(input, ['CiphertextBlob', 'KeyId', 'EncryptionContext']);
        const sealed = Buffer.from(String(given.CiphertextBlob), 'base64');
        const context = (given.EncryptionContext ?? {}) as EncryptionContext;
        const owner = sealed.subarray(0, idLength).toString();
        if (!this.#keys.has(owner)) throw invalid();
        if (given.KeyId !== undefined && this.find(String(given.KeyId)).id !== owner) {
          throw new AwsError(
            'IncorrectKeyException',
            'The key ID in the request does not identify a CMK that can perform this operation.',
          );
        }
        const key = this.authorized(call, 'kms:Decrypt', owner, context);
        const plain = this.decrypt(key, sealed, context);
        return { Plaintext: plain.toString('base64'), KeyId: key.arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
      },
      GenerateDataKey: async (input, call) => {
        const { KeyId, KeySpec, EncryptionContext } = members(input, ['KeyId', 'KeySpec', 'EncryptionContext']);
        if (KeySpec !== 'AES_256') throw new AwsError('ValidationException', `KeySpec ${KeySpec} is not known.`);
        const context = (EncryptionContext ?? {}) as EncryptionContext;
        const key = this.authorized(call, 'kms:GenerateDataKey', String(KeyId), context);
        const plain = randomBytes(32);
        const sealed = this.encrypt(key, plain, context);
        return { Plaintext: plain.toString('base64'), CiphertextBlob: sealed.toString('base64'), KeyId: key.arn };
      },
      DescribeKey: async (input, call) => {
        const key = this.find(String(members(input, ['KeyId']).KeyId));
        call.authorize('kms:DescribeKey', key.arn);
        const { id, arn, enabled } = key;
        const KeyState = enabled ? 'Enabled' : 'Disabled';
        return { KeyMetadata: { KeyId: id, Arn: arn, Enabled: enabled, KeyState, KeyManager: 'CUSTOMER' } };
      },
    },
  };
}

const invalid = () => new AwsError('InvalidCiphertextException', 'The ciphertext is not one of this key and context.');

const associated = (context: EncryptionContext) =>
  Buffer.from(JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))));
