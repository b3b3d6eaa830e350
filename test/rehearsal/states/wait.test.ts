import { jsonata, machine, only, run } from './machines';

const wait = (more: object) => only({ Type: 'Wait', ...more });

describe('a Wait', () => {
  it.each([
    ['for Seconds', { Seconds: 600 }, {}, 600],
    ['for no time at all', { Seconds: 0 }, {}, 0],
    ['for the seconds at SecondsPath', { SecondsPath: '$.s' }, { s: 90 }, 90],
    ['until Timestamp', { Timestamp: '2026-01-01T02:00:00+01:00' }, {}, 3600],
    ['until the timestamp at TimestampPath', { TimestampPath: '$.t' }, { t: '2026-01-02T00:00:00Z' }, 86_400],
    ['not for a timestamp that has passed', { Timestamp: '2025-01-01T00:00:00Z' }, {}, 0],
  ])('waits %s', async (_, more, input, seconds) => {
    expect(await run(wait(more), { input })).toMatchObject({ status: 'SUCCEEDED', output: input, seconds });
  });

  it.each([
    ['Seconds', { Seconds: '{% $states.input.s * 2 %}' }, 20],
    ['Timestamp', { Timestamp: '{% $fromMillis($millis() + 5000) %}' }, 5],
  ])('takes %s from an expression in JSONata', async (_, more, seconds) => {
    expect(await run(jsonata({ Wait: { Type: 'Wait', ...more, End: true } }), { input: { s: 10 } })).toMatchObject({
      status: 'SUCCEEDED',
      seconds,
    });
  });

  it.each([
    ['a path that finds no number', { SecondsPath: '$.s' }, { s: '5' }],
    ['a number with a fraction', { SecondsPath: '$.s' }, { s: 1.5 }],
    ['a negative number', { SecondsPath: '$.s' }, { s: -1 }],
    ['a path that finds no timestamp', { TimestampPath: '$.t' }, { t: 'tomorrow' }],
    ['a path that finds nothing', { SecondsPath: '$.s' }, {}],
  ])('fails with States.Runtime for %s', async (_, more, input) => {
    expect((await run(wait(more), { input })).error).toBe('States.Runtime');
  });

  it('shows its time in the history', async () => {
    const { history } = await run(
      machine({ Wait: { Type: 'Wait', Seconds: 60, Next: 'End' }, End: { Type: 'Succeed' } }),
    );
    const times = history.map(({ type, timestamp }) => `${type} ${timestamp.toISOString().slice(11, 19)}`);
    expect(times.slice(0, 4)).toEqual([
      'ExecutionStarted 00:00:00',
      'WaitStateEntered 00:00:00',
      'WaitStateExited 00:01:00',
      'SucceedStateEntered 00:01:00',
    ]);
  });
});
