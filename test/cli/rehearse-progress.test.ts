import type { WriteStream } from 'node:tty';
import { progress } from '../../cli/rehearsal/progress';
import { coloured, fitted, harmless, paintFor, screenOn, widthOf } from '../../cli/rehearsal/screen';
import type { TimedEvent } from '../../rehearsal/report';

/** A terminal that keeps what is written to it, or a file. */
const stream = (over: Partial<WriteStream> = {}) => {
  const written: string[] = [];
  const write = (text: string) => written.push(text) > 0;
  return { to: { isTTY: false, columns: 80, rows: 24, write, ...over } as unknown as WriteStream, written };
};
const stack = (status: string, at: number, over: object = {}) =>
  ({ kind: 'stack', stack: 'shop-dev-app', status, at, resources: 2, phase: 'deploy', ...over }) as TimedEvent;
const resource = (logicalId: string, status: string, at: number, over: object = {}) =>
  ({
    kind: 'resource',
    stack: 'shop-dev-app',
    logicalId,
    type: 'AWS::X::Y',
    status,
    at,
    phase: 'deploy',
    ...over,
  }) as TimedEvent;

/** What is said without a terminal; the clock shows the time of the last event. */
function said(events: readonly TimedEvent[]): string {
  const { to, written } = stream();
  let now = 0;
  const show = progress(screenOn(to, {}), () => now);
  show.begin('shop-dev', 'PostgreSQL');
  show.phase('deploy', 'deploy');
  for (const event of events) {
    now = event.at;
    show.watch(event);
  }
  show.end();
  return written.join('').replace(/ {2,}(?=\d)/g, '  ');
}

test('without a terminal, each stack is a line, and so is what took long; nothing is drawn anew', () => {
  const text = said([
    stack('CREATE_IN_PROGRESS', 0),
    resource('Quick11111111', 'CREATE_IN_PROGRESS', 0),
    resource('Quick11111111', 'CREATE_COMPLETE', 5),
    resource('Slow22222222', 'CREATE_IN_PROGRESS', 10),
    resource('Slow22222222', 'CREATE_COMPLETE', 2_010),
    stack('CREATE_COMPLETE', 2_020),
  ]);
  expect(text).toBe(`Rehearsing shop-dev on PostgreSQL
  deploy
      Slow X::Y  2.0 s
    ✔ app  2 resources created  2.0 s
`);
});

test('what fails is told with its reason, and so is the rollback', () => {
  const text = said([
    stack('CREATE_IN_PROGRESS', 0),
    resource('Bad11111111', 'CREATE_IN_PROGRESS', 0),
    resource('Bad11111111', 'CREATE_FAILED', 50, { reason: 'It \u001b[31mbroke\u0007.' }),
    stack('ROLLBACK_IN_PROGRESS', 60, { reason: 'Bad: it broke.' }),
    stack('ROLLBACK_COMPLETE', 100),
  ]);
  expect(text).toContain('✗ Bad X::Y: It broke .\n');
  expect(text).toContain('✗ app rolls back\n');
  expect(text).toContain('↩ app          is rolled back');
});

test('stacks without a change share a line', () => {
  const text = said([stack('UNCHANGED', 0, { stack: 'shop-dev-a' }), stack('UNCHANGED', 0, { stack: 'shop-dev-b' })]);
  expect(text).toContain('    = a, b: unchanged\n');
});

describe('on a terminal', () => {
  test('drawn lines are replaced, never wider than it is, and gone at the end', () => {
    const { to, written } = stream({ isTTY: true, columns: 40 });
    const screen = screenOn(to, {});
    screen.draw(['one', 'x'.repeat(100)]);
    screen.say('stays');
    screen.close();
    const all = written.join('');
    expect(all).toContain('\u001b[2A\r\u001b[Jstays\n');
    expect(all).not.toContain('x'.repeat(40));
    expect(all.endsWith('\u001b[2A\r\u001b[J\u001b[?25h')).toBe(true);
  });

  test('one that became narrower has broken the lines, and all their rows are taken away', () => {
    const { to, written } = stream({ isTTY: true, columns: 80 });
    const screen = screenOn(to, {});
    screen.draw(['x'.repeat(70)]);
    to.columns = 30;
    screen.close();
    expect(written.at(-1)).toContain('\u001b[3A');
  });

  test('a rehearsal shows how far a stack is, and what it is waiting for', () => {
    const { to, written } = stream({ isTTY: true });
    const show = progress(screenOn(to, { NO_COLOR: '1' }), () => 1_000);
    show.begin('shop-dev', 'PostgreSQL');
    show.watch(stack('CREATE_IN_PROGRESS', 0));
    show.watch(resource('Slow22222222', 'CREATE_IN_PROGRESS', 400));
    show.doing('look');
    show.end(true);
    show.log('late', 'unheard');
    expect(written.join('')).toMatch(/app {2}░+ 0 of 2/);
    expect(written.join('')).toContain('      Slow X::Y');
    expect(written.join('')).not.toContain('unheard');
    expect(written.join('')).not.toContain('\u001b[36m');
  });

  test.each([{ NO_COLOR: '1' }, { TERM: 'dumb' }])('%j takes no colours', (env) => {
    expect(paintFor({ isTTY: true }, env)('red', 'x')).toBe('x');
    expect(paintFor({ isTTY: true }, {})('red', 'x')).not.toBe('x');
  });
});

test('a coloured line is cut by what is seen of it', () => {
  const line = `${coloured('red', 'abcdef')}ghi`;
  expect(widthOf(line)).toBe(9);
  expect(widthOf(fitted(line, 4))).toBe(4);
  expect(fitted('abc', 3)).toBe('abc');
});

test('a log line cannot move the cursor', () => {
  expect(harmless('a\u001b[2Jb\rc\u0007')).toBe('ab c ');
});
