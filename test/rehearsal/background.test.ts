import { running } from '../../rehearsal/services/databases';
import { useCloud } from './support/cloud';

const test_ = useCloud();

beforeAll(async () => {
  const Properties = {
    DBInstanceIdentifier: 'shop',
    Engine: 'postgres',
    MasterUsername: 'master',
    MasterUserPassword: 'a-good-password',
  };
  await test_.deploy('D', { Shop: { Type: 'AWS::RDS::DBInstance', Properties } });
  // Nobody can change or copy what is not there any more.
  await running(test_.cloud.databases.instance('shop')).destroy();
});
afterEach(() => void test_.cloud.broken.splice(0));

const settled = async (done: () => boolean) => {
  while (!done()) await test_.clock.sleep(1_000);
};

test('a snapshot that fails keeps the reason, and it is told', async () => {
  const snapshot = test_.cloud.databases.snapshot('copy', 'shop', {});
  await settled(() => snapshot.status !== 'creating');
  expect(snapshot).toMatchObject({ status: 'failed', reason: expect.stringMatching(/./) });
  expect(test_.cloud.broken).toEqual([`The snapshot copy of shop failed: ${snapshot.reason}`]);
  const restored = () => test_.cloud.restores.fromSnapshot('copy', {} as never);
  expect(restored).toThrow('The snapshot copy is failed');
});

test('a change that fails leaves the instance failed, and is told', async () => {
  const instance = test_.cloud.databases.instance('shop');
  test_.cloud.modifications.setPassword(instance, 'another-password');
  await settled(() => instance.status !== 'resetting-master-credentials');
  expect(instance.status).toBe('failed');
  expect(test_.cloud.broken).toEqual([expect.stringMatching(/^shop, resetting-master-credentials, failed: ./)]);
});
