import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectionFromUrl, withConnection } from '../../../cli/connection';
import { connectionUrl } from '../../../postgres/url-of';
import { testNeeding, usePostgres } from '../../support/postgres';

const postgres = usePostgres();
const root = join(__dirname, '..', '..', '..');
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plinth-role-'));
  const define = join(root, 'lib', 'config', 'define');
  const config = `import { defineProject } from ${JSON.stringify(define)};
export default defineProject({ name: 'shop', region: 'eu-west-1', environments: { dev: { personalData: 'never' } } });\n`;
  writeFileSync(join(folder, 'plinth.config.ts'), config);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// In a process of its own, as at a terminal: loading a project starts a compiler that stays until its process ends.
const program = `const { role } = require(${JSON.stringify(join(root, 'cli', 'role.ts'))});
role.run(process.argv.slice(1)).then(
  (code) => process.exit(code),
  (error) => { process.stderr.write(error.message); process.exit(1); },
);`;

async function plinthRole(...words: string[]): Promise<string> {
  const url = connectionUrl(postgres.instance);
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', '-e', program, '--', ...words, '--url', url], {
    cwd: root,
  });
  let printed = '';
  let complaint = '';
  child.stdout.on('data', (bytes) => (printed += String(bytes)));
  child.stderr.on('data', (bytes) => (complaint += String(bytes)));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(complaint);
  return printed;
}

// A project's extensions come with its database, and each project has pgvector.
testNeeding(
  ['vector'],
  postgres,
  'the roles of an environment are made, listed, rotated into a file, and dropped',
  async () => {
    const project = ['--project', folder, '--env', 'dev'];
    const ensured = await plinthRole('ensure', ...project);
    expect(ensured).toContain('Role app_user: created (may log in, 80 connections).\n');
    const again = await plinthRole('ensure', ...project);
    expect(again).toContain('Nothing changed: the roles and the database shop are as declared.\n');

    const file = join(folder, 'app.url');
    for (const user of ['app_user', 'app_user_2', 'app_user']) {
      const printed = await plinthRole('rotate', 'app', '--into', file, ...project);
      const connection = connectionFromUrl(readFileSync(file, 'utf8').trim());
      expect(connection).toMatchObject({ user, database: 'shop' });
      expect(printed).not.toContain(connection.password);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      const me = await withConnection(connection, { applicationName: 'test' }, (session) =>
        session.query('SELECT current_user AS me'),
      );
      expect(me.rows).toEqual([{ me: user }]);
    }

    const listed = await plinthRole('list');
    expect(listed).toMatch(/^app_user_2\n {2}may log in, 80 connections\n {2}member of app_user\n/m);
    expect(await plinthRole('drop', 'app_user')).toMatch(/^Role app_user: retained, as it is\.\n/);
    const dropped = await plinthRole('drop', 'app_user', '--mode', 'reassign', '--heir', 'shop_owner');
    expect(dropped).toContain('Role app_user: removed; what it owned belongs to shop_owner.\n');
    expect(await plinthRole('list')).not.toContain('app_user');
  },
);

test('words that make no sense are told in one sentence', async () => {
  const bad: readonly (readonly [readonly string[], string])[] = [
    [['lst'], '"plinth role" takes one of list, ensure, rotate, drop; "lst" was given.'],
    [['list', 'more'], '"plinth role list" takes no further words; "more" was given.'],
    [['drop'], 'drop needs the name of a role: plinth role drop NAME.'],
    [['drop', 'x', '--mode', 'burn'], '--mode is "burn"; it takes retain, reassign or drop.'],
    [['rotate', 'nobody'], 'rotate needs to know whose password: plinth role rotate app|readonly|migrator.'],
    [['rotate', 'app'], 'rotate needs --into FILE, where the connection string is kept.'],
  ];
  for (const [words, message] of bad) await expect(plinthRole(...words)).rejects.toThrow(message);
});
