import { createHash } from 'node:crypto';
import type { Answer, Settled } from '../../../lambdas/approval/contract';
import type { DrillReportSettings, Finished, RecordInput } from '../../../lambdas/drill-report/contract';
import { conclude, record } from '../../../lambdas/drill-report/evidence';
import type { EvidenceStore } from '../../../lambdas/drill-report/seams';
import { signOff } from '../../../lambdas/drill-report/sign-off';

const settings: DrillReportSettings = {
  ...{ Prefix: 'shop-prod', Environment: 'prod', Bucket: 'evidence', Topic: 'arn:topic' },
  SignOff: ['lead-engineer', 'auditor'],
};
const Id = 'shop-prod-drill-1';
const drill: RecordInput = {
  ...{ Action: 'record', Id, Execution: 'arn:execution', Kind: 'snapshot', RequestedAt: '2026-01-10T04:00:00Z' },
  Check: {
    Passed: true,
    NotShown: 0,
    Checks: [{ Name: 'a', Title: 'A', Passed: true, Expected: '', Found: '', Milliseconds: 1 }],
    Measured: {} as never,
  },
};
const answerOf = (Name: string, over: Partial<Answer> = {}): Answer => ({
  ...{ Name, Decision: 'approve', Comment: `<b>${Name}</b> | looked`, UserId: 'u', Account: '1' },
  ...{ Arn: `arn:aws:iam::1:user/${Name}`, At: '2026-01-11T08:00:00.000Z', Subject: 'report.json sha256:abc' },
  ...over,
});

async function world(passed = true) {
  const objects = new Map<string, string>();
  const told: string[] = [];
  const metrics: Record<string, number>[] = [];
  const store: EvidenceStore = {
    write: async (key, body) => void objects.set(key, body),
    read: async (key) => objects.get(key),
    list: async (prefix) => [...objects.keys()].filter((key) => key.startsWith(prefix)).sort(),
  };
  const telling = {
    tell: async (subject: string, message: string) => void told.push(`${subject}\n${message}`),
    measure: (values: Readonly<Record<string, number>>) => void metrics.push({ ...values }),
  };
  await record(store, passed ? drill : { ...drill, Failure: { Error: 'E', Cause: 'it broke' } });
  const EndedAt = '2026-01-10T04:20:00Z';
  const concluded = await conclude(store, telling, settings, {
    Action: 'conclude',
    Id,
    Execution: drill.Execution,
    Gone: true,
    EndedAt,
  });
  return {
    ...{ objects, told, metrics, concluded },
    signOff: (Settled: Omit<Settled, 'Id'>) =>
      signOff(store, telling, settings, {
        Action: 'signOff',
        Id,
        Settled: { Id, ...Settled },
        EndedAt: '2026-01-11T08:00:01Z',
      }),
  };
}

test('a drill that waits for people says so in its report, and is not told as passed yet', async () => {
  const { objects, told, concluded } = await world();
  expect(told).toEqual([]);
  expect(concluded.Verdict).toBe('passed');
  expect(concluded.Sha256).toBe(
    createHash('sha256')
      .update(objects.get(`drills/${Id}/report.json`) ?? '')
      .digest('hex'),
  );
  expect(objects.get(`drills/${Id}/report.md`)).toContain('## Sign-off: waited for');
  expect(objects.get(`drills/${Id}/report.html`)).toContain('Sign-off: waited for');
});

test('a drill that failed waits for nobody', async () => {
  const { objects, told } = await world(false);
  expect(told).toHaveLength(1);
  expect((JSON.parse(objects.get(`drills/${Id}/report.json`) ?? '') as Finished).SignOff).toBeUndefined();
});

test('what people signed stays as it was, and the report with their names stands beside it', async () => {
  const one = await world();
  const before = new Map(one.objects);
  const Answers = settings.SignOff.map((name) => answerOf(name));
  expect(await one.signOff({ Decision: 'approved', Reasons: [], Answers })).toEqual({
    Id,
    SignedOff: true,
    Reasons: [],
    Report: `s3://evidence/drills/${Id}/signed/report.html`,
  });
  for (const [key, body] of before) expect(one.objects.get(key)).toBe(body);
  const page = one.objects.get(`drills/${Id}/signed/report.html`) ?? '';
  expect(page).toContain('Sign-off: signed off');
  expect(page).toContain('arn:aws:iam::1:user/auditor');
  expect(page).not.toContain('<b>auditor</b>');
  expect(one.objects.get(`drills/${Id}/signed/report.md`)).toContain(
    '| auditor | approved | arn:aws:iam::1:user/auditor |',
  );
  expect(one.objects.get(`drills/${Id}/signed/SHA256SUMS`)?.trim().split('\n')).toHaveLength(3);
  expect(one.metrics.at(-1)).toEqual({ DrillSignedOff: 1 });
  expect(one.told).toEqual([expect.stringContaining('Restore drill signed off: shop-prod')]);
});

test.each<[string, Omit<Settled, 'Id'>, string]>([
  [
    'nobody has answered',
    { Decision: 'missing', Reasons: ['auditor has not answered.'], Answers: [] },
    'auditor has not answered.',
  ],
  [
    'one has refused',
    {
      Decision: 'rejected',
      Reasons: ['auditor has refused it.'],
      Answers: [answerOf('auditor', { Decision: 'reject' })],
    },
    'auditor has refused it.',
  ],
  [
    'it is said to be approved, and a signature is missing',
    { Decision: 'approved', Reasons: [], Answers: [answerOf('auditor')] },
    'It was not approved.',
  ],
])('%s: it is not signed off, and says why', async (_, settled, reason) => {
  const one = await world();
  expect(await one.signOff(settled)).toMatchObject({ SignedOff: false, Reasons: [reason] });
  expect(one.metrics.at(-1)).toEqual({ DrillSignedOff: 0 });
  expect(one.told.at(-1)).toContain('Restore drill not signed off: shop-prod');
  const page = one.objects.get(`drills/${Id}/signed/report.html`);
  expect(page).toContain(reason);
  // Its checks passed, and still its head is that of a failure.
  expect(page).toContain('<header class="failed">');
});
