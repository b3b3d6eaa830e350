import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { tellIn } from '../shared/messages';
import { measuring } from '../shared/metrics';
import { objectsIn } from '../shared/objects';
import { settingsFrom } from '../shared/settings';
import type { ConcludeInput, DrillReportSettings, RecordInput, SignOffInput } from './contract';
import { conclude, record } from './evidence';
import { signOff } from './sign-off';

const s3 = new S3Client();
const sns = new SNSClient();

export const handler = (input: RecordInput | ConcludeInput | SignOffInput) => {
  const settings = settingsFrom<DrillReportSettings>('PLINTH_DRILL_REPORT');
  const store = objectsIn(s3, settings.Bucket);
  const tells = { tell: tellIn(sns, settings.Topic), measure: measuring(settings.Prefix) };
  if (input.Action === 'record') return record(store, input);
  return input.Action === 'conclude' ? conclude(store, tells, settings, input) : signOff(store, tells, settings, input);
};
