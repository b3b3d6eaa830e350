import { RDSClient } from '@aws-sdk/client-rds';
import { settingsFrom } from '../shared/settings';
import { rdsBackups } from './backups';
import type { DrillPlan, DrillPlanInput, DrillPlanSettings } from './contract';
import { planDrill } from './plan';

const backups = rdsBackups(new RDSClient());

export const handler = (input: DrillPlanInput): Promise<DrillPlan> =>
  planDrill(backups, settingsFrom<DrillPlanSettings>('PLINTH_DRILL_PLAN'), input, {
    now: new Date(),
    random: Math.random,
  });
