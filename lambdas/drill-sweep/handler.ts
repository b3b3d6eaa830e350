import { RDSClient } from '@aws-sdk/client-rds';
import { SNSClient } from '@aws-sdk/client-sns';
import { settingsFrom } from '../shared/settings';
import type { DrillSweepSettings } from './contract';
import { sweepingIn } from './instances';
import { type Swept, sweep } from './sweep';

const rds = new RDSClient();
const sns = new SNSClient();

export const handler = (): Promise<Swept> => {
  const settings = settingsFrom<DrillSweepSettings>('PLINTH_DRILL_SWEEP');
  return sweep(sweepingIn(rds, sns, settings.Topic), settings, new Date());
};
