import { RDSClient } from '@aws-sdk/client-rds';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { instancesIn } from '../recovery-plan/sight';
import { settingsFrom } from '../shared/settings';
import type { RecoveryWatchSettings } from './contract';
import { type Watched, watch } from './watch';

const instances = instancesIn(new RDSClient());
const sns = new SNSClient();

export const handler = (): Promise<Watched> => {
  const settings = settingsFrom<RecoveryWatchSettings>('PLINTH_RECOVERY_WATCH');
  const tell = async (subject: string, Message: string) => {
    // The most that SNS takes for a subject.
    await sns.send(new PublishCommand({ TopicArn: settings.Topic, Subject: subject.slice(0, 100), Message }));
  };
  return watch({ instances, tell }, settings, new Date());
};
