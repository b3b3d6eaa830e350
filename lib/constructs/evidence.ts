import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Environment } from '../config';
import { acknowledge } from './instance-exceptions';

/** What the drills have proved: encrypted, in versions, over TLS alone, locked as the config says, and kept. */
export class Evidence extends Construct {
  readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string, { onDelete, drills: { lockEvidenceDays } }: Environment, key: kms.IKey) {
    super(scope, id);
    this.bucket = new s3.Bucket(this, 'Bucket', {
      encryption: s3.BucketEncryption.KMS,
      encryptionKey: key,
      // One data key for many objects, instead of a call of KMS for each.
      bucketKeyEnabled: true,
      versioned: true,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      // Without days it locks nothing; switched on later, CloudFormation would make another bucket.
      objectLockEnabled: true,
      ...(lockEvidenceDays > 0 && {
        objectLockDefaultRetention: s3.ObjectLockRetention.compliance(Duration.days(lockEvidenceDays)),
      }),
      lifecycleRules: [
        {
          transitions: [
            { storageClass: s3.StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: Duration.days(90) },
          ],
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
      removalPolicy: onDelete === 'drop' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    acknowledge(
      this.bucket,
      'S1',
      'A few functions of this stack write here, and CloudTrail can record who reads; a log would need a bucket of its own.',
    );
  }
}
