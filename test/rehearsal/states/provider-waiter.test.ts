// The state machine that the CDK's Provider framework makes for itself, out of a template that the CDK synthesized.
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { edgesOf, edgesWalked, TaskFailure } from '../../../rehearsal/states';
import { type Answer, parse, run } from './machines';

const arn = (name: string) => `arn:aws:lambda:eu-west-1:123456789012:function:${name}`;

function definition(): string {
  const stack = new Stack(new App(), 'Stack');
  const handler = (id: string) =>
    new LambdaFunction(stack, id, {
      runtime: Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: Code.fromInline('x'),
    });
  new Provider(stack, 'Provider', {
    onEventHandler: handler('OnEvent'),
    isCompleteHandler: handler('IsComplete'),
    queryInterval: Duration.seconds(15),
    totalTimeout: Duration.minutes(55),
  });
  const [machine] = Object.values(Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine'));
  const parts: (string | { 'Fn::GetAtt': [string, string] })[] =
    machine?.['Properties'].DefinitionString['Fn::Join'][1];
  return parts
    .map((part) =>
      typeof part === 'string' ? part : arn(part['Fn::GetAtt'][0].includes('isComplete') ? 'isComplete' : 'onTimeout'),
    )
    .join('');
}

describe("the waiter of the CDK's Provider framework", () => {
  let waiter = '';
  beforeAll(() => {
    waiter = definition();
  });
  const event = { RequestType: 'Create', ResponseURL: 'http://127.0.0.1/answer' };
  const answers = (polls: number): Answer => {
    let made = 0;
    return ({ resource }) => {
      if (resource.arn === arn('onTimeout')) return null;
      if (made++ < polls) throw new TaskFailure('Retry', '{"errorMessage":"not yet"}');
      return null;
    };
  };

  it('polls until the handler is complete, every 15 seconds, with the event each time', async () => {
    const ran = await run(waiter, { input: event, answer: answers(120) });
    expect(ran).toMatchObject({ status: 'SUCCEEDED', seconds: 1800 });
    expect(ran.calls).toHaveLength(121);
    expect(ran.calls.at(-1)?.arguments).toEqual(event);
  });

  it('gives up after the total timeout, and hands the error to the function for timeouts', async () => {
    const ran = await run(waiter, { input: event, answer: answers(1000) });
    expect(ran).toMatchObject({ status: 'SUCCEEDED', seconds: 3300 });
    expect(ran.calls.at(-1)).toMatchObject({
      resource: { arn: arn('onTimeout') },
      arguments: { Error: 'Retry', Cause: '{"errorMessage":"not yet"}' },
    });
  });

  it('has three edges, which these two executions walk', async () => {
    const walked = new Set<string>();
    for (const polls of [0, 1000]) {
      const { history } = await run(waiter, { input: event, answer: answers(polls) });
      for (const edge of edgesWalked(history)) walked.add(edge);
    }
    expect([...walked].sort()).toEqual(
      edgesOf(parse(waiter))
        .map(({ name }) => name)
        .sort(),
    );
    expect(walked.size).toBe(3);
  });
});
