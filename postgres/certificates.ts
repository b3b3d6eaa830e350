import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const day = 24 * 60 * 60 * 1000;
// An instance lives for a day at most, kept ones longer. Ten years is "never" without being a date that tools reject.
const lifetime = 3650 * day;

export interface ServerCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** A certificate authority of this process alone, so that clients verify TLS here exactly as they do against RDS. */
export interface CertificateAuthority {
  readonly pem: string;
  issue(hostNames: readonly string[]): Promise<ServerCertificate>;
}

export async function createCertificateAuthority(): Promise<CertificateAuthority> {
  x509.cryptoProvider.set(webcrypto);
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const name = 'CN=Plinth local authority';
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity(),
    name,
    keys: keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return {
    pem: `${authority.toString('pem')}\n`,
    issue: async (hostNames) => {
      const own = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
      const names = hostNames.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value }));
      const certificate = await x509.X509CertificateGenerator.create({
        ...validity(),
        issuer: name,
        subject: `CN=${hostNames[0] ?? 'localhost'}`,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: algorithm,
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.SubjectAlternativeNameExtension(names),
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
          await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey),
        ],
      });
      const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', own.privateKey));
      return {
        certificate: `${certificate.toString('pem')}\n`,
        key: `${x509.PemConverter.encode(key, 'PRIVATE KEY')}\n`,
      };
    },
  };
}

function validity() {
  const now = Date.now();
  // A day back, for a clock that is set while the machine sleeps. The serial's first byte keeps it a positive number.
  return {
    serialNumber: `01${randomBytes(15).toString('hex')}`,
    notBefore: new Date(now - day),
    notAfter: new Date(now + lifetime),
  };
}
