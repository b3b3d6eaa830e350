import { S3Client } from '@aws-sdk/client-s3';
import { measuring } from '../shared/metrics';
import { objectsIn } from '../shared/objects';
import { settingsFrom } from '../shared/settings';
import type { DumpRecordSettings, RecordInput, WatchInput } from './contract';
import { recordDump, watchDumps } from './record';

const s3 = new S3Client();

export const handler = (input: RecordInput | WatchInput) => {
  const { Bucket, Prefix } = settingsFrom<DumpRecordSettings>('PLINTH_DUMP_RECORD');
  const [store, measure] = [objectsIn(s3, Bucket), measuring(Prefix)];
  return input.Action === 'record' ? recordDump(store, measure, input) : watchDumps(store, measure, new Date());
};
