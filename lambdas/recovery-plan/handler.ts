import { RDSClient } from '@aws-sdk/client-rds';
import { SFNClient } from '@aws-sdk/client-sfn';
import { log } from '../shared/log';
import { settingsFrom } from '../shared/settings';
import type { RecoveryPlan, RecoveryPlanInput, RecoveryPlanSettings } from './contract';
import { planRecovery } from './plan';
import { parseRequest } from './request';
import { sightOf } from './sight';

const sight = sightOf(new RDSClient(), new SFNClient());

export const handler = async ({ Request, Execution }: RecoveryPlanInput): Promise<RecoveryPlan> => {
  const settings = settingsFrom<RecoveryPlanSettings>('PLINTH_RECOVERY_PLAN');
  const execution = { arn: Execution.Id, started: new Date(Execution.StartTime) };
  const plan = await planRecovery(sight, settings, parseRequest(Request), { now: new Date(), execution });
  log('INFO', 'Planned.', { Request, ...plan });
  return plan;
};
