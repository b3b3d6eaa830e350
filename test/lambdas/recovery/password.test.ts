import { InvalidDBInstanceStateFault, type ModifyDBInstanceCommand, type RDSClient } from '@aws-sdk/client-rds';
import { setAdminPassword } from '../../../lambdas/recovery-password/set';

const settings = { Secret: 'arn:secret' };
const secret = async () => JSON.stringify({ username: 'plinth_admin', password: 'in-the-secret', host: 'h' });

const rdsThat = (answer: () => unknown) => {
  const sent: unknown[] = [];
  const send = async ({ input }: ModifyDBInstanceCommand) => {
    sent.push(input);
    return answer();
  };
  return { rds: { send } as unknown as RDSClient, sent };
};

test('RDS gets the password that the secret holds, at once, and nobody else does', async () => {
  const { rds, sent } = rdsThat(() => ({}));
  const result = await setAdminPassword(rds, secret, settings, { Instance: 'shop-prod-restored-20261121-041205' });
  expect(sent).toEqual([
    {
      DBInstanceIdentifier: 'shop-prod-restored-20261121-041205',
      MasterUserPassword: 'in-the-secret',
      ApplyImmediately: true,
    },
  ]);
  expect(result).toBeUndefined();
});

test('an instance that is in the middle of something is tried again: the error says so by its name', async () => {
  const fault = new InvalidDBInstanceStateFault({ message: 'It is backing-up.', $metadata: {} });
  const { rds } = rdsThat(() => {
    throw fault;
  });
  await expect(setAdminPassword(rds, secret, settings, { Instance: 'x' })).rejects.toMatchObject({
    name: 'NotNow',
    message: 'The password of the admin of x cannot be set: It is backing-up. (InvalidDBInstanceStateFault).',
  });
});

test.each<[string, string, string]>([
  ['no JSON', 'in-the-secret', 'The secret arn:secret is not JSON.'],
  ['no password', '{"username":"a"}', 'The secret arn:secret lacks a password.'],
  ['nothing', 'null', 'The secret arn:secret lacks a password.'],
])('a secret with %s is one sentence, and does not show what it holds', async (_, text, sentence) => {
  const { rds, sent } = rdsThat(() => ({}));
  await expect(setAdminPassword(rds, async () => text, settings, { Instance: 'x' })).rejects.toThrow(sentence);
  expect(sent).toEqual([]);
});

test('a refusal that quotes the password does not pass it on', async () => {
  const { rds } = rdsThat(() => {
    throw new Error('in-the-secret is not a valid password');
  });
  const error = await setAdminPassword(rds, secret, settings, { Instance: 'x' }).catch((each: Error) => each);
  expect((error as Error).message).toBe(
    'The password of the admin of x cannot be set: *** is not a valid password (Error).',
  );
});
