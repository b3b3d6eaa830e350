import { plain } from '../../cli/rehearsal/screen';
import { summary } from '../../cli/rehearsal/summary';
import { smallReport } from '../rehearsal/page/report';

const look = { paint: plain, columns: 100 };
const text = (report = smallReport(), columns = 100) => summary(report, '.', { ...look, columns }).join('\n');

test('a healthy run is told on one screen', () => {
  expect(text()).toBe(`
✔ Passed: shop-dev deploys, changes nothing when deployed again, takes a change and comes down. 4.2 s

Created    1 stack (app), 3 resources: 2 ran here, 1 recorded
Took       deploy 2.0 s, deploy a change 1.0 s, destroy 0.6 s, fill, look and search 0.5 s
Invoked    1 function 1 time, 1 cold start, slowest Shop/Work 0.9 s
Called     3 times (ssm), nothing refused by IAM
Connected  2 times to 1 host, none without a way
Machines   1 execution, all succeeded
Notes      Functions ran on Node v20.1.0; the template says nodejs24.x.

Database shop on PostgreSQL 16.4
  roles       app_user, shop_owner (1 log in)
  extensions  vector 0.8.0
  migrations  5 → 6
  tables      2 with 1,005 rows → 2 with 1,006 rows
  items_hnsw  hnsw, recall 0.995, 2.5 → 1.5 ms (whole table 3.5 ms)

Granted, never used
  ssm:PutParameter, logs:PutLogEvents: Shop/Role

Opened, never used
  shop-dev-app/Endpoint44444444

Report     ./report.html`);
});

test('a failed run says first why, and what to do', () => {
  const failed = smallReport({
    passed: false,
    failures: [
      'shop-dev-app/Role has no statement that allows ssm:GetParameter on arn:aws:ssm:eu-west-1:1:parameter/x.',
      'No egress rule of shop-dev-app/Work lets port 5432 out to shop.',
      'Something that nobody has thought of.',
    ],
  });
  expect(text(failed).split('\n').slice(0, 8)).toEqual([
    '',
    '✗ Failed: shop-dev, for 3 reasons. 4.2 s',
    '  • shop-dev-app/Role has no statement that allows ssm:GetParameter on',
    '    arn:aws:ssm:eu-west-1:1:parameter/x.',
    '    → Grant it where the construct makes this role, or stop making the call.',
    '  • No egress rule of shop-dev-app/Work lets port 5432 out to shop.',
    '    → Open the way in the network stack, or do not go there.',
    '  • Something that nobody has thought of.',
  ]);
});

test('what the framework throws to be asked again is no error', () => {
  const report = smallReport();
  const [one] = report.invocations;
  if (!one) throw new Error('There is no invocation.');
  const failed = (errorMessage: string) => ({ ...one, coldStart: false, error: { errorType: 'Error', errorMessage } });
  const invocations = [one, failed('{"RequestType":"Create","ServiceToken":"arn"}'), failed('It broke.')];
  expect(text(smallReport({ invocations })).replaceAll(/\s+/g, ' ')).toContain(
    '1 function 3 times, 1 cold start, 1 of them to hear that it is not done yet, 1 ended in an error',
  );
});

test('a fault is named, whatever came of it', () => {
  const fault = 'fail-create:SNS';
  expect(text(smallReport({ fault }))).toContain(', after the fault fail-create:SNS as well.');
  const failed = smallReport({ fault, passed: false, failures: ['x'] });
  expect(text(failed)).toContain('✗ Failed: shop-dev with the fault fail-create:SNS, for one reason.');
});

test('of many failures the first are told, and how many more there are', () => {
  const failures = Array.from({ length: 20 }, (_, at) => `Failure ${at}.`);
  const shown = text(smallReport({ passed: false, failures }));
  expect(shown).toContain('Failure 7.');
  expect(shown).not.toContain('Failure 8.');
  expect(shown).toContain('and 12 more, in the report.');
});

test('on forty columns no line is longer, but for names that have to be copied', () => {
  for (const line of text(smallReport(), 40).split('\n').slice(2)) {
    if (line.includes(' ') && !line.trimStart().startsWith('shop-dev-app/'))
      expect(line.length).toBeLessThanOrEqual(40);
  }
});

test('roles that have the same left over share a line', () => {
  const [role] = smallReport().permissions;
  const permissions = ['A', 'B', 'C', 'D', 'E'].map((name) => ({ ...role, holder: `shop-dev-app/${name}` }) as never);
  expect(text(smallReport({ permissions }))).toContain(
    '  ssm:PutParameter, logs:PutLogEvents: shop-dev-app/A, shop-dev-app/B, shop-dev-app/C and 2 more',
  );
});

test('what was not reached is not told as if it had been', () => {
  const nothing = text(smallReport({ resources: [], databases: [], invocations: [], calls: [], connections: [] }));
  for (const word of ['Invoked', 'Called', 'Connected', 'Database']) expect(nothing).not.toContain(word);
  expect(nothing).toContain('Created    nothing that stands');
});

test('causes stand before what they brought about, each on one line', () => {
  const failures = ['app was rolled back: it\n\nfailed.', 'app/Role has no statement that allows x on y.'];
  const lines = text(smallReport({ passed: false, failures })).split('\n');
  expect(lines[2]).toBe('  • app/Role has no statement that allows x on y.');
  expect(lines[4]).toBe('  • app was rolled back: it failed.');
});
