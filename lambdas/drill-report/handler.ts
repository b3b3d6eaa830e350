import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { settingsFrom } from '../shared/settings';
import type { ConcludeInput, DrillReportSettings, RecordInput, SignOffInput } from './contract';
import { conclude, record } from './evidence';
import { signOff } from './sign-off';
import { s3Store, telling } from './store';

const s3 = new S3Client();
const sns = new SNSClient();

export const handler = (input: RecordInput | ConcludeInput | SignOffInput) => {
  const settings = settingsFrom<DrillReportSettings>('PLINTH_DRILL_REPORT');
  const store = s3Store(s3, settings.Bucket);
  const tells = telling(sns, settings.Topic, settings.Prefix);
  if (input.Action === 'record') return record(store, settings, input);
  return input.Action === 'conclude' ? conclude(store, tells, settings, input) : signOff(store, tells, settings, input);
};
