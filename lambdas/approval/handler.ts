import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { OperationError } from '../shared/errors';
import { tellIn } from '../shared/messages';
import { objectsIn } from '../shared/objects';
import { settingsFrom } from '../shared/settings';
import { answer, pending } from './answer';
import { ask, settle } from './ask';
import type { ApprovalSettings, AskInput, PersonInput, SettleInput } from './contract';
import { executionsIn } from './executions';
import { stsAt } from './identity';
import { RequestBook } from './requests';

const s3 = new S3Client();
const sfn = new SFNClient();
const sns = new SNSClient();

/** One function asks, for the machines; one for each name answers, so that IAM says who may answer for it. */
export const handler = (input: AskInput | SettleInput | PersonInput) => {
  const settings = settingsFrom<ApprovalSettings>('PLINTH_APPROVAL');
  const { As } = settings;
  const book = new RequestBook(objectsIn(s3, settings.Bucket));
  const now = new Date();
  if (As === undefined) {
    if (input.Action === 'ask') return ask(book, tellIn(sns, settings.Topic), settings, input, now);
    if (input.Action === 'settle') return settle(book, input);
  } else {
    const executions = executionsIn(sfn);
    if (input.Action === 'pending') return pending(book, executions, As, now);
    if (input.Action === 'answer') {
      return answer(book, executions, stsAt(settings.Sts), { ...settings, As }, input, now);
    }
  }
  throw new OperationError(`This function does not take the action "${String(input?.Action)}".`);
};
