import { setImmediate as turn } from 'node:timers/promises';
import { ExecutionStop } from '../../../rehearsal/states';
import { type Answer, functionArn, jsonata, machine, newClock, only, run } from './machines';

const token = 'arn:aws:states:::sqs:sendMessage.waitForTaskToken';
const sync = 'arn:aws:states:::ecs:runTask.sync';

/** Answers after so many seconds of waiting, unless nobody waits any more. */
const answersAfter =
  (seconds: number, more: Answer = () => 'done'): Answer =>
  async (call, clock) => {
    await clock.sleep(seconds * 1000, call.signal);
    return more(call, clock);
  };

describe('TimeoutSeconds of a Task', () => {
  const task = (more: object) => only({ Type: 'Task', Resource: sync, ...more });

  it.each([
    ['a constant', { TimeoutSeconds: 30 }],
    ['a path', { TimeoutSecondsPath: '$.t' }],
  ])('as %s ends it with States.Timeout', async (_, more) => {
    const ran = await run(task(more), { input: { t: 30 }, answer: answersAfter(31) });
    expect(ran).toMatchObject({ status: 'FAILED', error: 'States.Timeout', seconds: 30 });
    expect(ran.history.at(-2)).toMatchObject({
      type: 'TaskTimedOut',
      taskTimedOutEventDetails: { error: 'States.Timeout', resource: 'runTask.sync', resourceType: 'ecs' },
    });
  });

  it('does nothing to a Task that is quicker', async () => {
    expect(await run(task({ TimeoutSeconds: 30 }), { answer: answersAfter(29) })).toMatchObject({
      status: 'SUCCEEDED',
      seconds: 29,
    });
  });

  it('counts from the beginning with each attempt', async () => {
    const ran = await run(task({ TimeoutSeconds: 10, Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1 }] }), {
      answer: answersAfter(60),
    });
    expect(ran).toMatchObject({ error: 'States.Timeout', seconds: 21 });
  });

  it('is caught as States.Timeout, with an empty Cause', async () => {
    const definition = machine({
      Work: {
        Type: 'Task',
        Resource: sync,
        TimeoutSeconds: 10,
        Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Late' }],
        End: true,
      },
      Late: { Type: 'Succeed' },
    });
    expect((await run(definition, { answer: answersAfter(60) })).output).toEqual({
      Error: 'States.Timeout',
      Cause: '',
    });
  });

  it('is not reached by a function that is at work, however many turns of the event loop that takes', async () => {
    const clock = newClock();
    const answer: Answer = async () => {
      for (let i = 0; i < 20; i++) await turn();
      return 'done';
    };
    const definition = only({ Type: 'Task', Resource: functionArn, TimeoutSeconds: 1 });
    expect(await run(definition, { answer, options: { clock } })).toMatchObject({ output: 'done', seconds: 0 });
    expect(clock.standing()).toEqual({ working: 0, sleeping: 0 });
  });

  it('of a function writes LambdaFunctionTimedOut', async () => {
    const definition = only({ Type: 'Task', Resource: functionArn, TimeoutSeconds: 1 });
    const ran = await run(definition, { answer: (call, clock) => clock.rest(() => answersAfter(5)(call, clock)) });
    expect(ran.types.slice(2)).toEqual([
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionTimedOut',
      'ExecutionFailed',
    ]);
  });
});

describe('HeartbeatSeconds of a Task', () => {
  const task = (more: object) =>
    machine({
      Work: { Type: 'Task', Resource: token, HeartbeatSeconds: 10, ...more, End: true },
      Late: { Type: 'Succeed' },
    });
  const beating =
    (times: number): Answer =>
    async (call, clock) => {
      for (let i = 0; i < times; i++) {
        await clock.sleep(8000, call.signal);
        call.heartbeat();
      }
      return answersAfter(100)(call, clock);
    };
  const late = { Type: 'Task', Resource: token, HeartbeatSeconds: 10, End: true };

  it('ends it when no heartbeat comes, and is reported as States.Timeout', async () => {
    expect(await run(only(late), { answer: beating(0) })).toMatchObject({ error: 'States.Timeout', seconds: 10 });
  });

  it('begins again with each heartbeat', async () => {
    expect(await run(only(late), { answer: beating(5) })).toMatchObject({ error: 'States.Timeout', seconds: 50 });
  });

  it.each(['States.HeartbeatTimeout', 'States.Timeout', 'States.ALL'])('is caught as %s', async (name) => {
    const ran = await run(task({ Catch: [{ ErrorEquals: [name], Next: 'Late' }] }), { answer: beating(0) });
    expect(ran.output).toEqual({ Error: 'States.Timeout', Cause: '' });
  });

  it('is not caught as States.HeartbeatTimeout when it was TimeoutSeconds that ended it', async () => {
    const more = { TimeoutSeconds: 20, Catch: [{ ErrorEquals: ['States.HeartbeatTimeout'], Next: 'Late' }] };
    expect(await run(task(more), { answer: beating(9) })).toMatchObject({
      status: 'FAILED',
      error: 'States.Timeout',
      seconds: 20,
    });
  });
});

describe('a task token', () => {
  it('is in the Context Object and in the call, and is another with each attempt', async () => {
    const seen: unknown[] = [];
    const definition = jsonata({
      Work: {
        Type: 'Task',
        Resource: token,
        Arguments: { token: '{% $states.context.Task.Token %}' },
        TimeoutSeconds: 5,
        Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1 }],
        End: true,
      },
    });
    await run(definition, {
      answer: (call, clock) => {
        seen.push(call.taskToken, (call.arguments as { token: string }).token);
        return answersAfter(60)(call, clock);
      },
    });
    expect(seen).toHaveLength(4);
    expect(seen[0]).toBe(seen[1]);
    expect(seen[2]).toBe(seen[3]);
    expect(seen[0]).not.toBe(seen[2]);
  });

  it('is gone from the Context Object with its Task', async () => {
    const definition = jsonata({
      Work: { Type: 'Task', Resource: token, Next: 'End' },
      End: { Type: 'Succeed', Output: '{% $exists($states.context.Task) %}' },
    });
    expect((await run(definition, { answer: () => 1 })).output).toBe(false);
  });

  it('whose message is said to be out after the answer has come changes nothing', async () => {
    let submitted = (_: unknown) => {};
    const definition = machine({
      Work: { Type: 'Task', Resource: token, Next: 'Wait' },
      Wait: { Type: 'Wait', Seconds: 1, End: true },
    });
    const { status, types } = await run(definition, {
      answer: (call) => {
        submitted = call.submitted;
        return 1;
      },
      options: { record: ({ type }) => type === 'WaitStateEntered' && submitted({}) },
    });
    expect([status, types.includes('TaskSubmitted')]).toEqual(['SUCCEEDED', false]);
  });

  it('waits as long as it takes, and tells the history when the message is out', async () => {
    const { seconds, output, history } = await run(only({ Type: 'Task', Resource: token }), {
      answer: async (call, clock) => {
        call.submitted({ MessageId: 'm' });
        await clock.sleep(86_400_000);
        return { answer: 42 };
      },
    });
    expect([seconds, output]).toEqual([86_400, { answer: 42 }]);
    expect(history.map(({ type }) => type).slice(2, 6)).toEqual([
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitted',
      'TaskSucceeded',
    ]);
    expect(history[4]?.taskSubmittedEventDetails).toMatchObject({
      resource: 'sendMessage.waitForTaskToken',
      resourceType: 'sqs',
      output: '{"MessageId":"m"}',
    });
  });
});

describe('TimeoutSeconds of the machine', () => {
  const definition = machine(
    {
      Work: {
        Type: 'Task',
        Resource: sync,
        Retry: [{ ErrorEquals: ['States.ALL'] }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
        End: true,
      },
      Caught: { Type: 'Succeed' },
    },
    { TimeoutSeconds: 45 },
  );

  it('ends the execution as TIMED_OUT, past every Retry and Catch', async () => {
    const ran = await run(definition, { answer: answersAfter(60) });
    expect(ran).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout', seconds: 45 });
    expect(ran.history.at(-1)).toMatchObject({ type: 'ExecutionTimedOut' });
  });

  it('also ends branches and waits', async () => {
    const branch = machine({ A: { Type: 'Wait', Seconds: 100, End: true } });
    const both = {
      Type: 'Parallel',
      Branches: [branch],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'End' }],
      Next: 'End',
    };
    expect(await run(machine({ Both: both, End: { Type: 'Succeed' } }, { TimeoutSeconds: 7 }))).toMatchObject({
      status: 'TIMED_OUT',
      seconds: 7,
    });
  });

  it('does nothing to an execution that is quicker', async () => {
    expect(await run(definition, { answer: answersAfter(44) })).toMatchObject({ status: 'SUCCEEDED', seconds: 44 });
  });

  it('leaves no sleeper behind in the clock', async () => {
    const clock = newClock();
    await run(definition, { answer: answersAfter(1), options: { clock } });
    expect(clock.standing()).toEqual({ working: 0, sleeping: 0 });
  });

  it('is five minutes for an Express machine', async () => {
    const ran = await run(only({ Type: 'Wait', Seconds: 301 }), { type: 'EXPRESS' });
    expect(ran).toMatchObject({ status: 'TIMED_OUT', seconds: 300 });
  });
});

describe('StopExecution', () => {
  const definition = machine({
    Work: { Type: 'Task', Resource: sync, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }], End: true },
    Caught: { Type: 'Succeed' },
  });

  it('ends the execution as ABORTED, past every Catch, with what it says', async () => {
    const stop = new AbortController();
    const ran = await run(definition, {
      answer: async (_, clock) => {
        await clock.sleep(3000);
        stop.abort(new ExecutionStop('Enough', 'said the operator'));
        return 'too late';
      },
      options: { signal: stop.signal },
    });
    expect(ran).toMatchObject({ status: 'ABORTED', error: 'Enough', cause: 'said the operator', seconds: 3 });
    expect(ran.history.at(-1)).toMatchObject({
      type: 'ExecutionAborted',
      executionAbortedEventDetails: { error: 'Enough', cause: 'said the operator' },
    });
  });

  it('may come before the execution begins, and need not say anything', async () => {
    const stop = new AbortController();
    stop.abort();
    const { status, types } = await run(definition, { options: { signal: stop.signal } });
    expect([status, types]).toEqual(['ABORTED', ['ExecutionStarted', 'ExecutionAborted']]);
  });

  it('tells the call that nobody waits', async () => {
    const stop = new AbortController();
    let told = false;
    await run(definition, {
      answer: ({ signal }) => {
        signal.addEventListener('abort', () => {
          told = true;
        });
        setImmediate(() => stop.abort());
        return new Promise(() => {});
      },
      options: { signal: stop.signal },
    });
    expect(told).toBe(true);
  });
});
