import { Names } from '../../../rehearsal/names';
import { reportPage } from '../../../rehearsal/page';
import { html } from '../../../rehearsal/page/html';
import { layOut } from '../../../rehearsal/page/layout';
import { barsOf, packed } from '../../../rehearsal/page/spans';
import type { Report } from '../../../rehearsal/report';
import { smallReport } from './report';

const page = reportPage(smallReport());
/** The text of one chapter, without its tags. */
const chapter = (id: string, of = page) =>
  (new RegExp(`<section id="${id}".*?</section>`, 's').exec(of)?.[0] ?? '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

test('the page needs nothing but itself', () => {
  const markup = page.replace(/<script>.*<\/script>/s, '').replace(/<style>.*<\/style>/s, '');
  expect(markup).not.toMatch(/<link|<img|<iframe|\b(src|srcset)=|https?:/);
  expect([...markup.matchAll(/href="([^"]*)"/g)].every(([, to = '']) => to.startsWith('#'))).toBe(true);
  expect(page).not.toMatch(/@import|url\(/);
  expect(page).toContain('Content-Security-Policy');
});

test('each link of the contents leads to a chapter', () => {
  for (const [, id] of page.matchAll(/href="#([a-z]+)"/g)) expect(page).toContain(`id="${id}"`);
});

test('whatever stands in a log, a name or a failure is shown as text', () => {
  const evil = '</script><img src=x onerror=alert(1)>"\'&';
  const shown = reportPage(
    smallReport({
      name: evil,
      failures: [evil],
      notes: [evil],
      logs: [{ at: 1, source: evil, text: evil }],
      unusedRoutes: [evil],
      executions: [{ machine: evil, status: evil, seconds: 1, states: [evil], history: [], stepsLeftOut: 0 }],
    }),
  );
  expect(shown).not.toContain('<img');
  expect(shown.match(/<\/script>/g)).toHaveLength(1);
  expect(shown).toContain('&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;');
});

test('escaping covers attributes, and bytes that HTML does not allow', () => {
  expect(html`<a title="${'a" onclick="b'}">${'\u0000<'}</a>`.toString()).toBe(
    '<a title="a&quot; onclick=&quot;b">\ufffd&lt;</a>',
  );
});

test('the verdict comes first, with what to do about each failure', () => {
  const failed = reportPage(
    smallReport({ passed: false, failures: ['app/Role has no statement that allows ssm:GetParameter on x.'] }),
  );
  const verdict = failed.slice(failed.indexOf('<header'), failed.indexOf('</header>'));
  expect(verdict).toContain('Failed');
  expect(verdict).toContain('has no statement that allows ssm:GetParameter');
  expect(verdict).toContain('Grant it where the construct makes this role');
  expect(page).toContain('<title>Passed: shop-dev</title>');
});

test('the timeline has a bar for each resource and each invocation, and tells what each took', () => {
  expect(page).toContain('aria-label="Shop/Work, Lambda::Function: created, 1.5 s"');
  expect(page).toContain('aria-label="Shop/Work: 900 ms, cold start, 60 MiB"');
});

test('bars that overlap stand in rows of their own, the longest at the top', () => {
  const at = (beginMs: number, endMs: number) => ({ beginMs, endMs });
  expect(packed([at(0, 1), at(0, 100), at(50, 60), at(100, 110)], 1)).toEqual({ rows: [1, 0, 1, 0], count: 2 });
  expect(barsOf(smallReport().events).map(({ beginMs, endMs }) => [beginMs, endMs])).toEqual([
    [10, 10],
    [20, 1_520],
  ]);
});

test('the graph draws only what is not told by a longer way, and keeps all needs for its neighbours', () => {
  const { nodes, edges, layers } = layOut('shop-dev-app', smallReport().resources);
  expect(nodes.map(({ layer }) => layer)).toEqual([0, 1, 2]);
  expect(layers).toBe(3);
  expect(edges.map(([from, to]) => `${from.resource.logicalId} ${to.resource.logicalId}`)).toEqual([
    'Role11111111 Work22222222',
    'Work22222222 Call33333333',
  ]);
  expect(page).toContain('data-needs="n0 n1" data-name="Shop/Call"');
});

test('no two resources of a layer stand on each other', () => {
  const [first] = smallReport().resources;
  const many = Array.from({ length: 30 }, (_, at) => ({
    ...(first as Report['resources'][number]),
    logicalId: `R${at}`,
    needs: at < 10 ? [] : [`shop-dev-app/R${at % 10}`],
  }));
  const { nodes, rows } = layOut('shop-dev-app', many);
  for (const layer of [0, 1]) {
    const at = nodes.filter((node) => node.layer === layer).map(({ row }) => row);
    at.sort((a, b) => a - b);
    for (const [index, row] of at.entries()) if (index > 0) expect(row - (at[index - 1] ?? 0)).toBeGreaterThan(0.999);
    expect(Math.max(...at) + 1).toBeLessThanOrEqual(rows + 0.001);
  }
});

test('the matrix tells of each action whether it was used, and by which statement', () => {
  expect(page).toContain(
    'aria-label="Shop/Role, ssm:GetParameter: granted and used, by shop-dev-app/Policy55555555, statement 1"',
  );
  expect(page).toContain('aria-label="Shop/Role, ssm:PutParameter: granted, never used');
  const refused = reportPage(
    smallReport({
      refusals: [
        {
          roleArn: 'arn:aws:iam::123456789012:role/shop-dev-app-Role-AAA',
          caller: 'c',
          action: 'kms:Decrypt',
          resource: 'key',
          allowed: false,
          by: [],
          reason: 'Nobody allows it.',
        },
      ],
    }),
  );
  expect(refused).toContain('aria-label="Shop/Role, kms:Decrypt: refused"');
  expect(chapter('permissions', refused)).toContain('Nobody allows it.');
});

test('the network tells who reached what, through what, and what was opened for nothing', () => {
  expect(chapter('network')).toContain('Shop/Work shop:5432 2 Shop/Role');
  expect(chapter('network')).toContain('Opened, never used: 1 shop-dev-app/Endpoint44444444');
});

test('the databases stand before and after the change, and what differs is marked', () => {
  const text = chapter('databases');
  expect(text).toContain('recall 0.995 2.5 ms');
  expect(text).toContain('recall 0.995 1.5 ms');
  expect([...page.matchAll(/class="changed"/g)]).toHaveLength(1);
});

test('executions tell their states, the same in a row once', () => {
  expect(chapter('executions')).toContain('SUCCEEDED waiter 3600.0 s Ask ×2 Done');
});

test('a long log keeps its beginning and its end, and says how much is left out', () => {
  const logs = Array.from({ length: 20_000 }, (_, at) => ({ at, source: 'f', text: `line ${at} ${'x'.repeat(100)}` }));
  const long = reportPage(smallReport({ logs }));
  expect(long.length).toBeLessThan(1_500_000);
  expect(long).toContain('line 0 ');
  expect(long).toContain('line 19999 ');
  expect(chapter('logs', long)).toMatch(/[\d,]+ lines left out; report.json has them/);
});

test('a report in which nothing stood is a page, too', () => {
  const empty = reportPage(
    smallReport({
      passed: false,
      failures: ['app was rolled back: it failed.'],
      events: [],
      resources: [],
      permissions: [],
      connections: [],
      invocations: [],
      executions: [],
      logs: [],
      databases: [],
      unusedRoutes: [],
      calls: [],
    }),
  );
  for (const sentence of [
    'Nothing stood at the end.',
    'No role stood',
    'No function connected',
    'No database was reached',
  ])
    expect(empty).toContain(sentence);
});

test('names are those of the constructs', () => {
  const names = new Names(smallReport());
  expect(names.place('shop-dev-app/Role11111111, statement 2')).toBe('Shop/Role, statement 2');
  expect(names.caller('arn:aws:sts::1:assumed-role/shop-dev-app-Role-AAA/shop-dev-app-Work-BBB')).toBe('Shop/Work');
  expect(names.caller('arn:aws:sts::1:assumed-role/shop-dev-app-Role-AAA/execution')).toBe('Shop/Role');
  expect(names.host('ssm.eu-west-1.amazonaws.com')).toBe('ssm');
  expect(names.stack('shop-dev-app')).toBe('app');
});
