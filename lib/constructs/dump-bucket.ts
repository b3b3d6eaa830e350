import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { dumpsFolder } from '../../lambdas/dump-record/contract';
import type { Dumps, Environment } from '../config';
import { acknowledge } from './instance-exceptions';

const graceDays = 7;

/** Where the dumps are: encrypted, in versions, over TLS alone, locked and moved to Glacier as the config says. */
export function dumpBucket(
  scope: Construct,
  { prefix, onDelete }: Environment,
  { keepDays, lockDays, glacierAfterDays }: Dumps,
  key: kms.IKey,
): s3.Bucket {
  const { account, region } = Stack.of(scope);
  const bucket = new s3.Bucket(scope, 'Bucket', {
    bucketName: `${prefix}-dumps-${account}-${region}`,
    encryption: s3.BucketEncryption.KMS,
    encryptionKey: key,
    // One data key for many objects, instead of a call of KMS for each.
    bucketKeyEnabled: true,
    versioned: true,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    // Without days it locks nothing; switched on later, CloudFormation would have to make another bucket of this name.
    objectLockEnabled: true,
    ...(lockDays > 0 && { objectLockDefaultRetention: s3.ObjectLockRetention.compliance(Duration.days(lockDays)) }),
    lifecycleRules: [
      {
        id: 'dumps',
        prefix: `${dumpsFolder}/`,
        expiration: Duration.days(keepDays),
        // What a deletion has put aside, this expiration included: a week in which a mistake can be taken back.
        noncurrentVersionExpiration: Duration.days(graceDays),
        abortIncompleteMultipartUploadAfter: Duration.days(1),
        ...(glacierAfterDays !== 'none' && {
          transitions: [
            {
              // A drill of any of them can read it at once; from the colder classes it would wait for hours.
              storageClass: s3.StorageClass.GLACIER_INSTANT_RETRIEVAL,
              transitionAfter: Duration.days(glacierAfterDays),
            },
          ],
        }),
      },
      { id: 'latest', noncurrentVersionExpiration: Duration.days(graceDays) },
    ],
    removalPolicy: onDelete === 'drop' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  acknowledge(
    bucket,
    'S1',
    'One task and one function write here, and CloudTrail can record who reads; a log would need a bucket of its own.',
  );
  return bucket;
}
