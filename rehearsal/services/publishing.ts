import type { Account, Deployed } from '../account';
import type { ServicePrincipals } from '../iam/services';

/** Why a service may not publish to a topic by itself, by the policy of the topic and of its key; nothing when it may. */
export function publishes(
  account: Account,
  services: ServicePrincipals,
  principal: string,
  topic: string,
): string | undefined {
  const policy = account
    .ofType('AWS::SNS::TopicPolicy')
    .find(({ properties }) => ((properties['Topics'] ?? []) as unknown[]).includes(topic));
  const found: Deployed | undefined = account.ofType('AWS::SNS::Topic').find(({ id }) => id === topic);
  const key = found?.properties['KmsMasterKeyId'];
  return (
    services.whyNotServed(policy, policy?.properties['PolicyDocument'], principal, 'sns:Publish', topic) ??
    (key === undefined
      ? undefined
      : services.whyKeyNotServed(String(key), principal, ['kms:GenerateDataKey', 'kms:Decrypt']))
  );
}
