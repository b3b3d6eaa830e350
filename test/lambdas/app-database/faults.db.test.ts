import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ensureAppDatabase } from '../../../lambdas/app-database/ensure';
import { rotate } from '../../../lambdas/app-database/rotate';
import { withSession } from '../../../lambdas/shared/database';
import { withFreshSecret } from '../../../lambdas/shared/fresh-secret';
import { scramVerifier } from '../../../lambdas/shared/scram';
import { testNeeding, usePostgres } from '../../support/postgres';
import { inputOf, opener, rolesOf, run, soon, targetOf } from './helpers';

const postgres = usePostgres({ parameters: { log_statement: 'all' } });
const open = opener(postgres);

test('eight bootstraps at once all succeed, and one of them did the work', async () => {
  const runs = Array.from({ length: 8 }, () => ensureAppDatabase(open, inputOf('eight'), soon()));
  const results = await Promise.all(runs);
  expect(results.filter(({ created }) => created)).toHaveLength(1);
  expect((await ensureAppDatabase(open, inputOf('eight'), soon())).changes).toEqual([]);
}, 120_000);

/** How the process ended: by SIGKILL, or with what it printed. */
async function bootstrapKilledAt(prefix: string, statement: number): Promise<string> {
  const { host, port, master, database, ca } = postgres.instance;
  const argument = JSON.stringify([{ host, port, master, database, ca }, prefix, statement]);
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', join(__dirname, 'killed.ts'), argument]);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (output += String(bytes)));
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  return signal ?? output;
}

// In the middle of the roles, before and after the database is made, among its settings, among the grants.
test.each([8, 19, 24, 30, 45, 52])(
  'a bootstrap that is killed before statement %i is finished by the next one',
  async (statement) => {
    const prefix = `killed_${statement}`;
    expect(await bootstrapKilledAt(prefix, statement)).toBe('SIGKILL');
    const rest = await ensureAppDatabase(open, inputOf(prefix), soon());
    expect(rest.changes.length).toBeGreaterThan(0);
    expect((await ensureAppDatabase(open, inputOf(prefix), soon())).changes).toEqual([]);
  },
);

testNeeding(['serverLog'], postgres, 'a failing statement leaves a verifier in the log, never a password', async () => {
  const password = 'the-password-of-the-limited-one';
  await postgres.withClient((client) =>
    run(
      client,
      `CREATE ROLE limited LOGIN CREATEDB PASSWORD '${scramVerifier(password)}'`,
      'CREATE ROLE logged_user LOGIN CONNECTION LIMIT 10',
    ),
  );
  const limited = opener(postgres, { user: 'limited', password });
  const verifiers = { app: scramVerifier('a-password-for-the-application') };
  const create = ensureAppDatabase(limited, { ...inputOf('nobody'), verifiers }, soon());
  await expect(create).rejects.toThrow(/^Role nobody_owner, "created \(may not log in\)", failed: permission denied/);

  let published = '';
  const seams = {
    ...{ open: limited, published: async () => undefined },
    login: <T>(who: { user: string; password: string }, work: Parameters<typeof withSession<T>>[2]) =>
      withSession(targetOf(postgres, who), { applicationName: 'proof' }, work),
    publish: async (credentials: { password: string }) => {
      published = credentials.password;
    },
  };
  const input = { database: 'app', role: rolesOf('logged').app, mode: 'alternate' as const };
  await expect(rotate(seams, input, soon())).rejects.toThrow(
    /^Role logged_user, "password set", failed: permission denied/,
  );
  await rotate({ ...seams, open }, input, soon());

  const log = await postgres.instance.log();
  expect(log).toMatch(/ERROR: .*permission denied to create role/);
  expect(log).toMatch(/STATEMENT: .*ALTER ROLE "logged_user" PASSWORD 'SCRAM-SHA-256\$/);
  expect(log).not.toMatch(/PASSWORD '(?!SCRAM-SHA-256\$)/);
  expect(published).toHaveLength(40);
  for (const secret of [published, password, 'a-password-for-the-application']) expect(log).not.toContain(secret);
});

test("the admin's password, rotated in the middle of a run, is read again", async () => {
  const stale = { user: 'second_admin', password: 'the-old-password-of-the-admin' };
  const fresh = { ...stale, password: 'the-new-password-of-the-admin' };
  await postgres.withClient((client) =>
    run(client, `CREATE ROLE second_admin LOGIN CREATEDB CREATEROLE PASSWORD '${scramVerifier(stale.password)}'`),
  );
  // The password changes after the first session of the run, and the store says so one reading too late.
  const answers = [stale, stale, fresh];
  let reads = 0;
  const read = async () => {
    if (reads === 1) {
      const change = `ALTER ROLE second_admin PASSWORD '${scramVerifier(fresh.password)}'`;
      await postgres.withClient((client) => run(client, change));
    }
    reads += 1;
    return answers[reads - 1] ?? fresh;
  };
  const reading: typeof open = (database, work) =>
    withFreshSecret(read, (who) => opener(postgres, who)(database, work));
  const { created } = await ensureAppDatabase(reading, inputOf('midway'), soon());
  expect(created).toBe(true);
  expect(reads).toBe(3);
});
