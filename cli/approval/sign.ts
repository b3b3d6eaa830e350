import { createHash, createHmac } from 'node:crypto';
import { type Proof, type Statement, statementHeader } from '../../lambdas/approval/contract';
import { digestOf, identityBody, identityType } from '../../lambdas/approval/statement';
import type { Credentials } from '../aws/account';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/**
 * Signs a GetCallerIdentity that is sent by somebody else: whoever gets it learns who has signed, and can do nothing else
 * with it. The digest of the statement is among what is signed (Signature Version 4).
 */
export function proofOf(
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
  region: string,
  statement: Statement,
  now: Date,
): Proof {
  const date = now.toISOString().replace(/[-:]|\.\d+/g, '');
  const day = date.slice(0, 8);
  const headers: Readonly<Record<string, string>> = {
    'content-type': identityType,
    host: stsHost(region),
    'x-amz-date': date,
    ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
    [statementHeader]: digestOf(statement),
  };
  const names = Object.keys(headers).sort();
  const signed = names.join(';');
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join('');
  const canonical = ['POST', '/', '', lines, signed, sha256(identityBody)].join('\n');
  const scope = `${day}/${region}/sts/aws4_request`;
  const key = [region, 'sts', 'aws4_request'].reduce<Buffer>(hmac, hmac(`AWS4${secretAccessKey}`, day));
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`).toString('hex');
  return {
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`,
    'x-amz-date': date,
    ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
  };
}

/** The function that verifies it takes the same one: the host is among what is signed. */
export const stsHost = (region: string) =>
  `sts.${region}.${region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'}`;
