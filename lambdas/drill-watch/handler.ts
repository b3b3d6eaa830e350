import { S3Client } from '@aws-sdk/client-s3';
import { measuring } from '../shared/metrics';
import { objectsIn } from '../shared/objects';
import { settingsFrom } from '../shared/settings';
import { type DrillWatchSettings, overdueMetric } from './contract';
import { type Overdue, watch } from './watch';

const s3 = new S3Client();

export const handler = async (): Promise<readonly Overdue[]> => {
  const settings = settingsFrom<DrillWatchSettings>('PLINTH_DRILL_WATCH');
  const overdue = await watch(objectsIn(s3, settings.Bucket), settings, new Date());
  measuring(settings.Prefix)({ [overdueMetric]: overdue.length });
  return overdue;
};
