import { request } from 'node:https';
import { OperationError } from '../shared/errors';
import { type Proof, type Statement, statementHeader } from './contract';
import { digestOf, identityBody, identityType } from './statement';

export interface Identity {
  readonly Arn: string;
  readonly UserId: string;
  readonly Account: string;
}

/** Asks STS who has signed. The host, the path and the body are ours; of the caller come the signature and its date. */
export type AskWho = (headers: Readonly<Record<string, string>>) => Promise<{ status: number; body: string }>;

// The whole header: what is read here must be what AWS reads, and nothing beside it.
const headerForm = /^AWS4-HMAC-SHA256 Credential=[^,\s=]+, ?SignedHeaders=([a-z0-9;-]+), ?Signature=[0-9a-f]{64}$/;

/**
 * Who somebody is, by their own signature of a GetCallerIdentity, as AWS verifies it. The signature covers the digest of
 * the statement, so it is good for this answer and for no other, and for a few minutes only.
 */
export async function identityOf(proof: Proof, statement: Statement, ask: AskWho): Promise<Identity> {
  const { authorization, 'x-amz-date': date, 'x-amz-security-token': token } = proof;
  const signed = headerForm.exec(String(authorization))?.[1]?.split(';');
  if (!signed) throw new OperationError('The signature is not in the form of AWS (Signature Version 4).');
  const needed = ['host', 'x-amz-date', statementHeader];
  const missing = needed.filter((name) => !signed.includes(name));
  if (missing.length > 0) {
    throw new OperationError(`The signature does not cover ${missing.join(', ')}, so it proves nothing.`);
  }
  const { status, body } = await ask({
    authorization: String(authorization),
    'content-type': identityType,
    'x-amz-date': String(date),
    ...(token !== undefined && { 'x-amz-security-token': String(token) }),
    [statementHeader]: digestOf(statement),
  });
  const read = (name: string) => new RegExp(`<${name}>([^<]+)</${name}>`).exec(body)?.[1];
  if (status !== 200) {
    const because = read('Message') ?? `status ${status}`;
    throw new OperationError(`AWS does not accept the signature of this answer: ${because}`);
  }
  const [Arn, UserId, Account] = [read('Arn'), read('UserId'), read('Account')];
  if (Arn === undefined || UserId === undefined || Account === undefined) {
    throw new OperationError('AWS did not tell who signed this answer.');
  }
  return { Arn, UserId, Account };
}

/**
 * What makes two signatures the same person's. Whoever takes on a role names the session as they like, so a role is one
 * person, however many sessions it has. Identity Center names the sessions itself, by the user: there the session counts,
 * and one user with two permission sets is still one.
 */
export function personOf({ Arn, Account }: Pick<Identity, 'Arn' | 'Account'>): string {
  const [, role = '', session = ''] = /:assumed-role\/([^/]+)\/(.+)$/.exec(Arn) ?? [];
  if (role === '') return Arn;
  return role.startsWith('AWSReservedSSO_') ? `user ${session}` : `role ${role} of ${Account}`;
}

const patienceMs = 10_000;

export function stsAt(host: string): AskWho {
  return (headers) =>
    new Promise((resolve, reject) => {
      const unreachable = (error: Error) => reject(new OperationError(`${host} cannot be asked: ${error.message}`));
      const call = request(
        {
          host,
          path: '/',
          method: 'POST',
          timeout: patienceMs,
          headers: { ...headers, 'content-length': identityBody.length },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', unreachable);
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
          );
        },
      );
      call.on('timeout', () => call.destroy(new Error('it did not answer')));
      call.on('error', unreachable);
      call.end(identityBody);
    });
}
