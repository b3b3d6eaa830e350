import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { parentVariable } from '../../postgres/run-folder';
import { plinthHere } from '../support/command-line';

const root = join(__dirname, '..', '..');
const start = (args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess =>
  spawn(process.execPath, [join(root, 'bin/plinth.js'), ...args], { cwd: root, env: { ...process.env, ...env } });

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const ended = async (child: ChildProcess): Promise<Ended> => {
  let out = '';
  let err = '';
  child.stdout?.on('data', (data) => {
    out += data;
  });
  child.stderr?.on('data', (data) => {
    err += data;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out, err };
};
const plinth = (...args: string[]) => ended(start(args));
// As root a server runs as another user, who must get through.
const newFolder = () => {
  const folder = mkdtempSync(join(process.env[parentVariable] ?? '', 'cli-'));
  chmodSync(folder, 0o711);
  return folder;
};

describe('wrong words get one sentence and exit code 1', () => {
  test.each([
    [['confg'], 'There is no "plinth confg"; did you mean "config"?'],
    [['db', '--prot', '1'], '"plinth db" does not know --prot; did you mean --port?'],
    [['db', '--port', 'x'], '--port is "x"; it takes a whole number from 1024 to 65535.'],
    [['db', '--port'], '--port needs a value: --port PORT.'],
    [['db', '--keep=yes'], '--keep is a switch and takes no value; "yes" was given.'],
    [['db', 'now'], '"plinth db" takes no further words; "now" was given.'],
    [['db', '--postgres', 'docker'], 'There is no "docker" Postgres; choose embedded, native, url.'],
    [['db', '--postgres', 'url'], 'The url Postgres needs a server: give --url, or set PLINTH_POSTGRES_URL.'],
    [
      ['config', '-c', 'env=prdo'],
      "There is no environment 'prdo'; ndis-chatbot has 'dev', 'qa', 'preprod' and 'prod'",
    ],
    [['config', '--project', '/nowhere'], 'There is no folder /nowhere'],
    [['drill', 'begin'], '"plinth drill" takes one of list, start, show, sign-off; "begin" was given.'],
    [['drill', 'list', '--as', 'me', '--env', 'prod'], '"plinth drill list" does not take --as.'],
    [['drill', 'sign-off', '--env', 'prod'], 'prod has no drills.signOff, so no drill waits for anybody.'],
  ])('plinth %j', async (args, sentence) => {
    const { code, out, err } = await plinthHere(...args);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(sentence);
    expect(err.trim().split('\n')).toHaveLength(1);
  });
});

test('a config with several wrong settings gets all of them at once, and exit code 1', async () => {
  const folder = newFolder();
  const settings = {
    name: 'Wrong_Name',
    regoin: 'x',
    environments: { prod: { production: true, personalData: 'real' } },
  };
  writeFileSync(join(folder, 'plinth.config.json'), JSON.stringify(settings));
  const { code, err } = await plinth('config', '--project', folder);
  expect(code).toBe(1);
  for (const part of ['name:', 'regoin', "'region'", 'environments.prod']) expect(err).toContain(part);
  expect(err).not.toContain('    at ');
});

test('help names every verb, and each verb its options', async () => {
  const { code, out } = await plinth('--help');
  expect(code).toBe(0);
  for (const verb of ['config', 'plan', 'db', 'rehearse', 'role', 'migrate', 'index', 'drill', 'postgres-native'])
    expect(out).toContain(verb);
  expect((await plinth('db', '--help')).out).toContain('--keep');
});

describe.each(['embedded', 'native'])('plinth db --postgres %s', (kind) => {
  const running = async (folder: string) => {
    const child = start(['db', '--postgres', kind, '--database', 'mine'], { [parentVariable]: folder });
    let out = '';
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout?.on('data', (data) => {
        out += data;
        const found = /^DATABASE_URL=(.*)$/m.exec(out)?.[1];
        if (found) resolve(found);
      });
      child.once('exit', () => reject(new Error(out)));
    });
    return { child, url };
  };

  test('prints a URL that works, and Ctrl-C leaves no process and no folder', async () => {
    const folder = newFolder();
    const { child, url } = await running(folder);
    const client = new Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    expect((await client.query('SELECT current_database() AS d')).rows).toEqual([{ d: 'mine' }]);
    child.kill('SIGINT');
    expect((await ended(child)).code).toBe(130);
    expect(readdirSync(folder)).toEqual([]);
    await client.end().catch(() => undefined);
    const again = new Client({ connectionString: url.replace(/[?].*/, ''), ssl: { rejectUnauthorized: false } });
    await expect(again.connect()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('a kill leaves nothing that blocks the next start, which removes what was left', async () => {
    const folder = newFolder();
    const { child } = await running(folder);
    child.kill('SIGKILL');
    await ended(child);
    const next = await running(folder);
    next.child.kill('SIGINT');
    expect((await ended(next.child)).code).toBe(130);
    const deadline = Date.now() + 5_000;
    while (readdirSync(folder).length > 0 && Date.now() < deadline) await new Promise((r) => setTimeout(r, 20));
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([30, 150, 400, 800])('Ctrl-C %i ms after the start leaves nothing', async (delay) => {
    const folder = newFolder();
    const child = start(['db', '--postgres', kind], { [parentVariable]: folder });
    const end = ended(child);
    await new Promise((resolve) => setTimeout(resolve, delay));
    child.kill('SIGINT');
    await end;
    const deadline = Date.now() + 5_000;
    while (readdirSync(folder).length > 0 && Date.now() < deadline) await new Promise((r) => setTimeout(r, 20));
    expect(readdirSync(folder)).toEqual([]);
  });
});
