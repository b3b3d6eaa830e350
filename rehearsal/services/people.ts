import { createHash } from 'node:crypto';
import type { Account } from '../account';
import type { KeyHolder } from '../cloud/server';

/** A person of this account with a key of their own. They may do all, as the operator may; only their name differs. */
export interface Person {
  readonly arn: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** IAM users that the rehearsal makes where it matters who somebody is. */
export class People {
  readonly #holders = new Map<string, KeyHolder>();

  constructor(private readonly account: Account) {}

  /** The same name is the same person, with the same key. */
  named(name: string): Person {
    const arn = `arn:${this.account.partition}:iam::${this.account.id}:user/${name}`;
    const digits = createHash('sha256').update(arn).digest('hex');
    const accessKeyId = `AKIA${digits.slice(0, 16).toUpperCase()}`;
    const secret = `rehearsal/person/${digits.slice(16, 40)}`;
    this.#holders.set(accessKeyId, { caller: { arn }, secret });
    return { arn, credentials: { accessKeyId, secretAccessKey: secret } };
  }

  keyHolder(key: string): KeyHolder | undefined {
    return this.#holders.get(key);
  }
}
