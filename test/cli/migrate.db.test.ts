import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrate } from '../../cli/migrate';
import { loadMigrations, readMigrationFolder } from '../../lambdas/migrations/files';
import { up } from '../../lambdas/migrations/up';
import { parentVariable } from '../../postgres/run-folder';
import { connectionUrl } from '../../postgres/url-of';
import { usePostgres } from '../support/postgres';

const postgres = usePostgres();
afterEach(() => postgres.withClient((client) => client.query('DROP SCHEMA IF EXISTS plinth CASCADE')));
let printed = '';
const plinth = async (...args: string[]) => {
  printed = '';
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  try {
    const code = await migrate.run([...args, '--url', connectionUrl(postgres.instance)]);
    return { code, printed };
  } catch (error) {
    return { code: (error as Error).message, printed };
  } finally {
    write.mockRestore();
  }
};

test('every action works against a URL, and none of them prints the password', async () => {
  const folder = join(mkdtempSync(join(process.env[parentVariable] ?? '', 'cli-migrate-')), 'migrations');
  mkdirSync(folder);
  const dir = ['--dir', folder];
  writeFileSync(join(folder, '1_a.sql'), 'CREATE TABLE a (id int);\n');
  writeFileSync(join(folder, '1_a.down.sql'), 'DROP TABLE a;\n');
  const steps = [
    await plinth('status', ...dir),
    await plinth('up', ...dir),
    await plinth('up', ...dir, '--json'),
    await plinth('schema', ...dir, '--write'),
    await plinth('verify', ...dir),
    await plinth('lint', ...dir),
    await plinth('down', ...dir),
    await plinth('verify', ...dir),
    await plinth('stamp', ...dir, '--to', '1'),
    await plinth('up', ...dir, '--role', 'nobody'),
    await plinth('adopt', ...dir),
  ];
  expect(steps.map(({ code }) => code)).toEqual([
    ...[0, 0, 0, 0, 0, 0, 0, 1, 0],
    'The role "nobody" that is to own the migrations does not exist.',
    'The folder is not one of Prisma: its migrations are <timestamp>_<name>/migration.sql.',
  ]);
  expect(steps[0]?.printed).toBe('pending     1_a\n');
  expect(steps[1]?.printed).toMatch(/^ {2}applied 1_a {2}\d+ ms\nApplied 1 migration; 0 were applied before\.\n$/);
  expect(JSON.parse(steps[2]?.printed ?? '')).toMatchObject({ applied: [], before: 1 });
  expect(steps[4]?.printed).toBe('Ledger, files and schema agree.\n');
  expect(steps[7]?.printed).toMatch(
    /migrations\/1_a\.sql is not applied\.\nThe schema is not what .*schema\.sql says:\n---/,
  );
  const everything = steps.map(({ code, printed: text }) => `${code}${text}`).join('');
  expect(everything).not.toContain(postgres.instance.master.password);
});

test('status says which snapshot a migration can be undone by', async () => {
  const folder = join(mkdtempSync(join(process.env[parentVariable] ?? '', 'cli-status-')), 'migrations');
  mkdirSync(folder);
  writeFileSync(join(folder, '1_b.sql'), 'CREATE TABLE b (id int);\n');
  const set = loadMigrations(await readMigrationFolder(folder));
  await postgres.withClient((client) => up(client, set, { snapshot: 'shop-prod-migration-abc' }));
  const { printed: text } = await plinth('status', '--dir', folder);
  expect(text).toMatch(/^applied {5}1_b {2}.*, \d+ ms, after the snapshot shop-prod-migration-abc\n$/);
});
