import { randomBytes } from 'node:crypto';
import type { Account } from '../account';
import type { Call } from '../cloud/call';
import type { DatabaseInstance } from './databases';
import type { Secrets } from './secrets';

/** The secret in which RDS keeps a password that it looks after itself; it goes with the instance. */
export function managedPassword(
  secrets: Secrets,
  { resourceId, arn }: Pick<DatabaseInstance, 'resourceId' | 'arn'>,
  username: string,
  key: string | undefined,
): { readonly password: string; readonly secretArn: string } {
  const password = randomBytes(18).toString('base64url');
  const secret = secrets.create(`rds!${resourceId}`, key, JSON.stringify({ username, password }), {
    'aws:rds:primaryDBInstanceArn': arn,
    'aws:secretsmanager:owningService': 'rds',
  });
  return { password, secretArn: secret.arn };
}

/** With a managed password RDS makes a secret in the caller's name. */
export function mayMakeSecret(account: Account, call: Call, key: string | undefined): void {
  const secret = account.arn('secretsmanager', 'secret:rds!db-new');
  call.authorize('secretsmanager:CreateSecret', secret);
  call.authorize('secretsmanager:TagResource', secret);
  if (key === undefined) return;
  const keyArn = arnOfKey(account, key);
  call.authorize('kms:DescribeKey', keyArn);
  const via = { 'kms:ViaService': `secretsmanager.${account.region}.amazonaws.com` };
  for (const action of ['kms:GenerateDataKey', 'kms:Decrypt']) call.authorize(action, keyArn, via);
  call.authorize('kms:CreateGrant', keyArn, { 'kms:GrantIsForAWSResource': 'true' });
}

/** By id or ARN. */
export function arnOfKey(account: Account, key: string): string {
  const found = account.ofType('AWS::KMS::Key').find((each) => [each.id, each.attributes['Arn']].includes(key));
  return String(found?.attributes['Arn'] ?? key);
}
