import type { DrillCheckResult } from '../../../lambdas/drill-check/contract';
import type { Conclusion, DrillReportSettings, RecordInput } from '../../../lambdas/drill-report/contract';
import { conclude, record } from '../../../lambdas/drill-report/evidence';
import type { EvidenceStore } from '../../../lambdas/drill-report/seams';

const settings: DrillReportSettings = {
  Prefix: 'shop-prod',
  Environment: 'prod',
  Bucket: 'evidence',
  Topic: 'arn:topic',
  RtoMinutes: 15,
  RpoMinutes: 60,
  SignOff: [],
};

const checked = (over: Partial<DrillCheckResult> = {}, measured: object = {}): DrillCheckResult => ({
  Passed: true,
  NotShown: 0,
  Checks: [
    {
      Name: 'ledger',
      Title: 'The migrations are those that are deployed',
      Passed: true,
      Expected: '005',
      Found: '005',
      Milliseconds: 3,
    },
  ],
  Measured: {
    QueryableAt: '2026-01-10T04:09:00Z',
    VerifiedAt: '2026-01-10T04:10:00Z',
    WarmAt: '2026-01-10T04:11:00Z',
    DataLossSeconds: 240,
    ...measured,
  } as DrillCheckResult['Measured'],
  ...over,
});

const base: RecordInput = {
  Action: 'record',
  Id: 'shop-prod-drill-1',
  Execution: 'arn:execution',
  Kind: 'snapshot',
  RequestedAt: '2026-01-10T04:00:00Z',
  Chosen: 'the newest snapshot: s',
  RestoresTo: '2026-01-10T03:58:00Z',
  AvailableAt: '2026-01-10T04:08:00Z',
  Check: checked(),
};

/** A bucket, and what was told and measured. */
function world() {
  const objects = new Map<string, string>();
  const told: string[] = [];
  const metrics: object[] = [];
  const store: EvidenceStore = {
    write: async (key, body) => void objects.set(key, body),
    read: async (key) => objects.get(key),
    list: async (prefix) => [...objects.keys()].filter((key) => key.startsWith(prefix)).sort(),
  };
  return { objects, told, metrics, store };
}

type World = ReturnType<typeof world>;

const end = (
  there: World,
  given: {
    Id?: string;
    Execution?: string;
    Gone?: boolean;
    EndedAt?: string;
    Teardown?: { Error: string; Cause: string };
  } = {},
  over = settings,
): Promise<Conclusion> =>
  conclude(
    there.store,
    {
      tell: async (subject, message) => void there.told.push(`${subject}\n${message}`),
      measure: (values, Kind) => void there.metrics.push({ ...values, Kind }),
    },
    over,
    {
      Action: 'conclude',
      Id: base.Id,
      Execution: base.Execution,
      Gone: true,
      EndedAt: '2026-01-10T04:20:00Z',
      ...given,
    },
  );

test('a drill passes when every check passed, the objectives are met, and the copy is gone', async () => {
  const there = world();
  expect(await record(there.store, base)).toEqual({ Passed: true, Reasons: [] });
  expect(await end(there)).toMatchObject({
    Verdict: 'passed',
    Reasons: [],
    Report: 's3://evidence/drills/shop-prod-drill-1/report.html',
  });
  expect([...there.objects.keys()].sort()).toEqual([
    'drills/shop-prod-drill-1/SHA256SUMS',
    'drills/shop-prod-drill-1/report.html',
    'drills/shop-prod-drill-1/report.json',
    'drills/shop-prod-drill-1/report.md',
    'drills/shop-prod-drill-1/verdict.json',
    'history/2026-01-10T042000Z-shop-prod-drill-1.json',
  ]);
  expect(there.metrics).toEqual([
    { DrillPassed: 1, DrillFailed: 0, RecoveryTimeSeconds: 600, DataLossSeconds: 240, Kind: 'snapshot' },
  ]);
});

const failing = { ...checked().Checks[0], Passed: false, Found: '004' } as DrillCheckResult['Checks'][number];

test.each<[string, Omit<Partial<RecordInput>, 'Check'> & { Check?: DrillCheckResult | null }, RegExp]>([
  [
    'a check failed',
    { Check: checked({ Passed: false, Checks: [failing] }) },
    /The migrations are those that are deployed: 004/,
  ],
  ['a check failed, and the answer says that all passed', { Check: checked({ Checks: [failing] }) }, /: 004/],
  ['the answer says that it did not pass, and names no check', { Check: checked({ Passed: false }) }, /name none/],
  ['there was not one check', { Check: checked({ Checks: [] }) }, /not one check/],
  ['the checks were not reached', { Check: null }, /The checks gave no answer/],
  [
    'the restore was refused',
    { Check: null, Failure: { Error: 'Rds.RdsException', Cause: 'No.' } },
    /did not get to its end: No. \(Rds.RdsException\)/,
  ],
  [
    'the function threw',
    { Check: null, Failure: { Error: 'Error', Cause: '{"errorMessage":"No database."}' } },
    /its end: No database\.$/,
  ],
])('a drill fails when %s', async (_, over, reason) => {
  const there = world();
  const input = { ...base, ...over } as RecordInput;
  expect((await record(there.store, input)).Passed).toBe(false);
  const conclusion = await end(there);
  expect(conclusion.Verdict).toBe('failed');
  expect(conclusion.Reasons.join('\n')).toMatch(reason);
  expect(there.told[0]).toMatch(/^Restore drill failed: shop-prod/);
});

test('what only warns is told, and fails nothing', async () => {
  const there = world();
  const warned = { ...checked().Checks[0], Warning: 'The objective is missed, which only warns here.' };
  await record(there.store, { ...base, Check: checked({ Checks: [warned as DrillCheckResult['Checks'][number]] }) });
  expect((await end(there)).Verdict).toBe('passed');
  expect(there.objects.get('drills/shop-prod-drill-1/report.md')).toContain('which only warns here');
});

test.each([
  [
    'the copy is not gone',
    { Gone: false, Teardown: { Error: 'Rds.RdsException', Cause: 'Refused.' } },
    /is not gone: Refused. \(Rds.RdsException\) The sweeper removes it/,
  ],
])('a drill whose checks all passed fails when %s', async (_, given, reason) => {
  const there = world();
  await record(there.store, base);
  const conclusion = await end(there, given);
  expect([conclusion.Verdict, conclusion.Reasons.join()]).toEqual(['failed', expect.stringMatching(reason)]);
});

test('a drill without a stored verdict fails', async () => {
  expect(await end(world())).toMatchObject({ Verdict: 'failed', Reasons: ['No verdict was stored.'] });
});

test('a drill does not pass by the verdict that another execution has stored', async () => {
  const there = world();
  await record(there.store, base);
  expect(await end(there, { Execution: 'arn:another' })).toMatchObject({
    Verdict: 'failed',
    Reasons: ['No verdict was stored.'],
  });
});

test('the report shows the drills before it, of the same kind, and no markup from what was found', async () => {
  const there = world();
  for (const day of ['08', '09']) {
    await record(there.store, { ...base, Id: `drill-${day}` });
    await end(there, { Id: `drill-${day}`, EndedAt: `2026-01-${day}T04:20:00Z` });
  }
  const nasty = {
    ...checked().Checks[0],
    Found: '</li><script>alert(1)</script>',
    Evidence: { plan: '<img onerror=x>' },
  };
  await record(there.store, {
    ...base,
    Check: checked({ Checks: [nasty as DrillCheckResult['Checks'][number]] }),
  });
  await end(there);
  const html = there.objects.get('drills/shop-prod-drill-1/report.html') ?? '';
  expect(html).toContain('2026-01-08: 10 min');
  expect(html).not.toMatch(/<script|<img/);
  expect(html).toContain('objective 15 min');
});
