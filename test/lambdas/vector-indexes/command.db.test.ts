import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { index } from '../../../cli/index-verb';
import { connectionUrl } from '../../../postgres/url-of';
import { testNeeding, usePostgres } from '../../support/postgres';
import { fill, prepare } from './helpers';

const postgres = usePostgres();

const root = join(__dirname, '../../..');
const program = `require('./cli/index-verb').index.run(process.argv.slice(1)).then((code) => process.exit(code))`;

/** What the verb prints and its exit code, in a process of its own as a terminal starts it. */
async function plinthIndex(...args: readonly string[]): Promise<{ code: number; text: string }> {
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', '-e', program, '--', ...args], { cwd: root });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code: code ?? -1, text };
}

testNeeding(
  ['vector'],
  postgres,
  'the command line tells, builds, follows and measures, without a password',
  async () => {
    await postgres.withClient(async (client) => {
      await prepare(client);
      await fill(client, 300);
    });
    const folder = await mkdtemp(join(tmpdir(), 'plinth-index-'));
    const settings = {
      name: 'shop',
      region: 'eu-west-1',
      personalData: 'never',
      vectorIndexes: { items_index: { table: 'app.items', column: 'embedding', dimensions: 32, m: 8 } },
      roles: { owner: { name: 'app_owner' }, app: { name: 'app_user' } },
      environments: { dev: {} },
    };
    await writeFile(join(folder, 'plinth.config.json'), JSON.stringify(settings));
    const where = ['--project', folder, '--url', connectionUrl(postgres.instance)];
    try {
      const before = await plinthIndex('status', ...where);
      expect(before.code).toBe(1);
      expect(before.text).toMatch('items_index on app.items: absent');
      const built = await plinthIndex('reconcile', ...where);
      expect(built.code).toBe(0);
      expect(built.text).toMatch('items_index on app.items: ready');
      expect(built.text).toMatch('Search with: ORDER BY "embedding" <=> $1 LIMIT …');
      expect(built.text).toMatch('Set for app_user: hnsw.ef_search = 40, in every new session.');
      expect((await plinthIndex('follow', ...where)).text).toMatch('ready');
      const json = await plinthIndex('status', '--json', ...where);
      expect(JSON.parse(json.text)).toMatchObject({ ok: true, indexes: [{ name: 'items_index', state: 'ready' }] });
      const measured = await plinthIndex('verify', '--samples', '10', ...where);
      expect(measured.code).toBe(0);
      expect(measured.text).toMatch(/items_index on app.items: good\n.*\n {2}Recall@10 is/);
      for (const { text } of [before, built, json, measured])
        expect(text).not.toContain(postgres.instance.master.password);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
);

test('a word that is none of its own is refused with the ones that are', async () => {
  await expect(index.run(['statsu'])).rejects.toThrow(
    '"plinth index" takes one of reconcile, status, follow, verify; "statsu" was given, did you mean status?',
  );
  await expect(index.run([])).rejects.toThrow('nothing was given.');
});
