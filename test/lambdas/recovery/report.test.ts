import { createHash } from 'node:crypto';
import type { RecoveryFindings } from '../../../lambdas/recovery-report/contract';
import { keepFindings } from '../../../lambdas/recovery-report/keep';

test('what was found is kept whole under the recovery, and its digest is that of the file', async () => {
  const findings: RecoveryFindings = {
    ...{ Id: 'recovery-abc', Recovery: '20261121-041205', Instance: 'shop-prod-restored-20261121-041205' },
    ...{ Resource: 'db-X', Chosen: 'the time', RestoresTo: null, Verdict: 'All 2 checks passed', Check: null },
    At: '2026-11-21T05:00:00.000Z',
  };
  const written: string[][] = [];
  const write = async (...file: string[]) => void written.push(file);
  const { Sha256, Where } = await keepFindings(write, { Bucket: 'evidence' }, findings);
  const [key = '', body = '', type] = written[0] ?? [];
  expect([key, type]).toEqual(['recoveries/20261121-041205/recovery-abc.json', 'application/json']);
  expect(Where).toBe(`s3://evidence/${key}`);
  expect(JSON.parse(body)).toEqual(findings);
  expect(Sha256).toBe(createHash('sha256').update(body).digest('hex'));
});
