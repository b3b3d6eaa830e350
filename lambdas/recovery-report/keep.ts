import { createHash } from 'node:crypto';
import type { RecoveryFindings, RecoveryReport, RecoveryReportSettings } from './contract';

/** Writes a file into the evidence. */
export type Write = (key: string, body: string, type: string) => Promise<void>;

/** Keeps what was found, whole, before anybody decides by it: whoever approves signs the digest of this file. */
export async function keepFindings(
  write: Write,
  { Bucket }: RecoveryReportSettings,
  findings: RecoveryFindings,
): Promise<RecoveryReport> {
  const key = `recoveries/${findings.Recovery}/${findings.Id}.json`;
  const body = `${JSON.stringify(findings, undefined, 2)}\n`;
  await write(key, body, 'application/json');
  return { Sha256: createHash('sha256').update(body).digest('hex'), Where: `s3://${Bucket}/${key}` };
}
