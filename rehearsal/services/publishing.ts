import type { Account, Deployed } from '../account';
import type { ServicePrincipals } from '../iam/services';

/**
 * Why a service may not publish to a topic by itself on behalf of its source, by the policy of the topic and of its key;
 * nothing when it may.
 */
export function publishes(
  account: Account,
  services: ServicePrincipals,
  service: string,
  source: string,
  topic: string,
): string | undefined {
  const policy = account
    .ofType('AWS::SNS::TopicPolicy')
    .find(({ properties }) => ((properties['Topics'] ?? []) as unknown[]).includes(topic));
  const found: Deployed | undefined = account.ofType('AWS::SNS::Topic').find(({ id }) => id === topic);
  const key = found?.properties['KmsMasterKeyId'];
  const context = { 'kms:EncryptionContext:aws:sns:topicArn': topic };
  return (
    services.whyNotServed(policy, policy?.properties['PolicyDocument'], {
      ...{ service, source },
      action: 'sns:Publish',
      resource: topic,
    }) ??
    (key === undefined
      ? undefined
      : services.whyKeyNotServed(String(key), ['kms:GenerateDataKey', 'kms:Decrypt'], { service, source, context }))
  );
}
