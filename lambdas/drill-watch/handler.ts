import { S3Client } from '@aws-sdk/client-s3';
import { settingsFrom } from '../shared/settings';
import { measureIn, watchedIn } from './aws';
import { type DrillWatchSettings, overdueMetric } from './contract';
import { type Overdue, watch } from './watch';

const s3 = new S3Client();

export const handler = async (): Promise<readonly Overdue[]> => {
  const settings = settingsFrom<DrillWatchSettings>('PLINTH_DRILL_WATCH');
  const overdue = await watch(watchedIn(s3, settings.Bucket), settings, new Date());
  measureIn(settings.Prefix, { [overdueMetric]: overdue.length });
  return overdue;
};
