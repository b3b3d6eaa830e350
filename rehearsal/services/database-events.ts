import type { Account } from '../account';
import type { ServicePrincipals } from '../iam/services';
import { publishes } from './publishing';
import type { Topics } from './topics';

const publisher = 'events.rds.amazonaws.com';

/** Events of RDS, to the topics of those who subscribed to them. One that cannot be published is told as broken. */
export function databaseEvents(
  account: Account,
  topics: Topics,
  services: ServicePrincipals,
  broken: (sentence: string) => void,
) {
  return (category: string, instance: string, message: string): void => {
    for (const subscription of account.ofType('AWS::RDS::EventSubscription')) {
      const { properties } = subscription;
      if (properties['Enabled'] === false || properties['SourceType'] !== 'db-instance') continue;
      if (!includes(properties['EventCategories'], category) || !includes(properties['SourceIds'], instance)) continue;
      const topic = String(properties['SnsTopicArn']);
      const missing = publishes(account, services, publisher, account.arn('rds', `db:${instance}`), topic);
      if (missing === undefined) topics.publish(topic, message, `RDS Notification Message: ${instance}`);
      else broken(`RDS cannot tell ${subscription.stack}/${subscription.logicalId} of events: ${missing}`);
    }
  };
}

const includes = (list: unknown, item: string) =>
  !Array.isArray(list) || list.map((each) => String(each).toLowerCase()).includes(item.toLowerCase());
