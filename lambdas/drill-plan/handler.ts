import { RDSClient } from '@aws-sdk/client-rds';
import { S3Client } from '@aws-sdk/client-s3';
import { settingsFrom } from '../shared/settings';
import { rdsBackups } from './backups';
import type { DrillPlan, DrillPlanInput, DrillPlanSettings } from './contract';
import { dumpsIn } from './dumps';
import { planDrill } from './plan';

const backups = rdsBackups(new RDSClient());

export const handler = (input: DrillPlanInput): Promise<DrillPlan> => {
  const settings = settingsFrom<DrillPlanSettings>('PLINTH_DRILL_PLAN');
  const { DumpBucket } = settings;
  return planDrill(backups, settings, input, {
    now: new Date(),
    random: Math.random,
    dumps: DumpBucket === undefined ? undefined : dumpsIn(new S3Client(), DumpBucket),
  });
};
