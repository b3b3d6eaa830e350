import { randomUUID } from 'node:crypto';
import type { AdminSecret, RotationStep } from '../../../lambdas/admin-rotation/contract';
import { rotationSteps } from '../../../lambdas/admin-rotation/contract';
import { type Login, rotate, type VersionedSecret } from '../../../lambdas/admin-rotation/rotate';
import { withSession } from '../../../lambdas/shared/database';
import { usePostgres } from '../../support/postgres';

const postgres = usePostgres({ master: { password: 'first-password' } });

/** Secrets Manager's rules for versions and stages, in memory; the database is the real one. */
function newSecret(current: AdminSecret) {
  const versions = new Map<string, { value?: AdminSecret; stages: Set<string> }>();
  versions.set('v0', { value: current, stages: new Set(['AWSCURRENT']) });
  const holder = (stage: string) => [...versions].find(([, { stages }]) => stages.has(stage))?.[0];
  const secret: VersionedSecret = {
    stages: async () => Object.fromEntries([...versions].map(([id, { stages }]) => [id, [...stages]])),
    read: async ({ stage, version }) => {
      const found = versions.get(version ?? holder(stage) ?? '');
      return found?.stages.has(stage) ? found.value : undefined;
    },
    previousPassword: async () => versions.get(holder('AWSPREVIOUS') ?? '')?.value?.password,
    putPending: async (version, value) => {
      versions.set(version, { value, stages: new Set(['AWSPENDING']) });
    },
    makeCurrent: async (version, instead) => {
      for (const { stages } of versions.values()) stages.delete('AWSPREVIOUS');
      versions.get(instead)?.stages.delete('AWSCURRENT');
      versions.get(instead)?.stages.add('AWSPREVIOUS');
      versions.get(version)?.stages.add('AWSCURRENT');
      versions.get(version)?.stages.delete('AWSPENDING');
    },
  };
  return {
    secret,
    current: () => versions.get(holder('AWSCURRENT') ?? '')?.value as AdminSecret,
    /** What Secrets Manager does before it calls the function. */
    begin: () => {
      const version = randomUUID();
      versions.set(version, { stages: new Set(['AWSPENDING']) });
      return version;
    },
  };
}

const login: Login = ({ username, password, host, port }, work) =>
  withSession(
    { host, port, user: username, password, database: 'postgres', ca: postgres.instance.ca },
    { applicationName: 'test', retryForMs: 0 },
    work,
  );

let latest = 'first-password';
const begin = () => {
  const { host, port, master } = postgres.instance;
  return newSecret({ username: master.user, password: latest, host, port, engine: 'postgres' });
};
const run = async (kept: ReturnType<typeof newSecret>, version: string, steps: readonly RotationStep[]) => {
  for (const Step of steps) await rotate({ Step, ClientRequestToken: version }, kept.secret, login);
};
afterEach(async () => {
  await login(
    { username: postgres.instance.master.user, password: latest, host: 'localhost', port: postgres.instance.port },
    async () => undefined,
  );
});

test('a rotation gives the master a new password that works, keeps the rest of the secret, and ends the old one', async () => {
  const kept = begin();
  const old = kept.current();
  await run(kept, kept.begin(), rotationSteps);
  expect(kept.current()).toEqual({ ...old, password: expect.stringMatching(/^.{32,}$/) });
  latest = kept.current().password;
  expect(latest).not.toBe(old.password);
  await expect(login(old, async () => undefined)).rejects.toThrow(/password/i);
});

test('every step may be repeated, and a whole rotation as well', async () => {
  const kept = begin();
  const version = kept.begin();
  await run(
    kept,
    version,
    rotationSteps.flatMap((step) => [step, step]),
  );
  const { password } = kept.current();
  await run(kept, version, rotationSteps);
  expect(kept.current().password).toBe(password);
  latest = password;
});

test('a rotation that was cut off after the server had the new password is taken up by the next one', async () => {
  const kept = begin();
  const cut = kept.begin();
  await run(kept, cut, ['createSecret', 'setSecret']);
  const pending = await kept.secret.read({ stage: 'AWSPENDING', version: cut });
  latest = pending?.password ?? '';
  await run(kept, cut, rotationSteps);
  expect(kept.current().password).toBe(latest);
});

test('the test step fails while the server does not have the password', async () => {
  const kept = begin();
  const version = kept.begin();
  await run(kept, version, ['createSecret']);
  await expect(run(kept, version, ['testSecret'])).rejects.toThrow(/password/i);
});

test('a secret that no longer fits the server is told as such, without a password', async () => {
  const kept = newSecret({ ...begin().current(), password: 'lost-password' });
  const error = await run(kept, kept.begin(), ['createSecret', 'setSecret']).catch((cause) => cause);
  expect(error.message).toMatch(/Neither the current nor the previous version of the secret can log in/);
  expect(error.message + JSON.stringify(error)).not.toContain('lost-password');
});

test('a version that is not pending, or not there, is refused', async () => {
  const kept = begin();
  await expect(run(kept, 'unknown', ['createSecret'])).rejects.toThrow('The secret has no version unknown');
  await run(kept, 'v0', rotationSteps);
  expect(kept.current().password).toBe(latest);
});
