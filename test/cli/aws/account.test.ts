import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { spokenByAws } from '../../../cli/aws/account';
import { OperationError } from '../../../lambdas/shared/errors';
import { type Reply, withWire } from '../support/wire';

process.env['AWS_MAX_ATTEMPTS'] = '1';

const errorOf = (reply: Reply): Promise<Error> =>
  withWire(
    () => reply,
    ({ account }) =>
      spokenByAws(() => account.sfn.send(new DescribeExecutionCommand({ executionArn: 'arn:x' }))).then(
        () => new Error('It went through.'),
        (error: Error) => error,
      ),
  );

test.each<[string, Reply, RegExp]>([
  [
    'refuses',
    { refusal: 'AccessDeniedException', message: 'Not you.' },
    /^AWS refuses it \(AccessDeniedException\): Not you\.$/,
  ],
  [
    'refuses, in words that no client knows',
    { refusal: 'NewException', message: 'New.' },
    /^AWS refuses it \(NewException\): New\.$/,
  ],
  [
    'does not know',
    { refusal: 'UnrecognizedClientException', message: 'No such key' },
    /^AWS does not know who you are: No such key\. Sign in first\.$/,
  ],
  ['does not answer', 'broken', /^AWS cannot be reached: /],
])('what AWS %s is one sentence', async (_, reply, sentence) => {
  const error = await errorOf(reply);
  expect(error).toBeInstanceOf(OperationError);
  expect(error.message).toMatch(sentence);
});

test('a fault of ours is not AWS’s', async () => {
  const broken = () => Promise.reject(new TypeError("Cannot read properties of undefined (reading 'x')"));
  await expect(spokenByAws(broken)).rejects.toThrow(TypeError);
});
