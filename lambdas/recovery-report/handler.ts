import { S3Client } from '@aws-sdk/client-s3';
import { s3Store } from '../drill-report/store';
import { settingsFrom } from '../shared/settings';
import type { RecoveryFindings, RecoveryReport, RecoveryReportSettings } from './contract';
import { keepFindings } from './keep';

const s3 = new S3Client();

export const handler = (findings: RecoveryFindings): Promise<RecoveryReport> => {
  const settings = settingsFrom<RecoveryReportSettings>('PLINTH_RECOVERY_REPORT');
  return keepFindings(s3Store(s3, settings.Bucket).write, settings, findings);
};
