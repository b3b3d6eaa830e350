import { S3Client } from '@aws-sdk/client-s3';
import { objectsIn } from '../shared/objects';
import { settingsFrom } from '../shared/settings';
import type { RecoveryFindings, RecoveryReport, RecoveryReportSettings } from './contract';
import { keepFindings } from './keep';

const s3 = new S3Client();

export const handler = (findings: RecoveryFindings): Promise<RecoveryReport> => {
  const settings = settingsFrom<RecoveryReportSettings>('PLINTH_RECOVERY_REPORT');
  return keepFindings(objectsIn(s3, settings.Bucket).write, settings, findings);
};
