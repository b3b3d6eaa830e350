import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { settingsFrom } from '../shared/settings';
import type { ConcludeInput, DrillReportSettings, RecordInput } from './contract';
import { conclude, record } from './evidence';
import { s3Store, telling } from './store';

const s3 = new S3Client();
const sns = new SNSClient();

export const handler = (input: RecordInput | ConcludeInput) => {
  const settings = settingsFrom<DrillReportSettings>('PLINTH_DRILL_REPORT');
  const store = s3Store(s3, settings.Bucket);
  return input.Action === 'record'
    ? record(store, settings, input)
    : conclude(store, telling(sns, settings.Topic, settings.Prefix), settings, input);
};
