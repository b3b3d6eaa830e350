import { join } from 'node:path';
import { recover } from '../../../cli/recover';
import { type Reply, withWire } from '../support/wire';

Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret', AWS_MAX_ATTEMPTS: '1' });

const project = join(__dirname, '..', '..', '..');
const machine = 'arn:aws:states:eu-west-1:111122223333:stateMachine:ndis-chatbot-prod-recovery';

/** The verb, at an AWS that says this of the execution; with all that it prints. */
async function run(status: Reply, ...args: readonly string[]) {
  let out = '';
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  const reply = (operation: string): Reply => {
    if (operation === 'ListStateMachines') {
      return { stateMachines: [{ name: 'ndis-chatbot-prod-recovery', stateMachineArn: machine }] };
    }
    return operation === 'GetExecutionHistory' ? { events: [] } : status;
  };
  try {
    return await withWire(reply, async ({ url }) => {
      process.env['AWS_ENDPOINT_URL'] = url;
      const code = await recover.run([...args, '--project', project, '--env', 'prod']);
      return { code, out };
    });
  } finally {
    write.mockRestore();
  }
}
const follow = ['follow', '--execution', 'e'];
const expired = { refusal: 'ExpiredTokenException', message: 'It is expired' };

test('an end is told with the exit code of its status', async () => {
  const done = await run(
    { status: 'SUCCEEDED', output: '{"Verified":"It works.","Aside":"x","KeepUntil":"y"}' },
    ...follow,
  );
  expect(done).toMatchObject({ code: 0, out: expect.stringContaining('Done. It works.') });
  const stopped = await run({ status: 'FAILED', error: 'Recovery.NotNamed', cause: 'It was not named.' }, ...follow);
  expect(stopped).toMatchObject({ code: 1, out: 'It stopped (failed). Recovery.NotNamed: It was not named.\n' });
});

test('what is lost sight of is neither, and how to look again is told', async () => {
  const { code, out } = await run(expired, ...follow);
  expect(out).toBe(
    [
      'AWS does not know who you are: It is expired. Sign in first.',
      'The recovery goes on; only the looking on has stopped. Follow it:  npx plinth recover follow --env prod\n',
    ].join('\n'),
  );
  expect(code).toBe(3);
  const json = await run(expired, ...follow, '--json');
  expect(JSON.parse(json.out)).toEqual({
    execution: 'arn:aws:states:eu-west-1:111122223333:execution:ndis-chatbot-prod-recovery:e',
    lost: 'AWS does not know who you are: It is expired. Sign in first.',
  });
  expect(json.code).toBe(3);
});
