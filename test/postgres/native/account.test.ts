import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { openNativePlace } from '../../../postgres/native';
import { findInstallation } from '../../../postgres/native/find';
import { processes, query, remove, root, temporaryFolder } from './helpers';

// Each test starts several servers, on a machine that may be busy with others.
jest.setTimeout(60_000);

const isRoot = process.getuid?.() === 0;
const asRoot = isRoot ? test : test.skip;

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => remove(folder));

test('the server runs as an ordinary account, and only that account reads its data', async () => {
  const place = await openNativePlace();
  try {
    const instance = await place.create({ directory: join(folder, 'kept') });
    expect(await query(instance, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
    const data = statSync(join(folder, 'kept/data'));
    const pid = Number(readFileSync(join(folder, 'kept/data/postmaster.pid'), 'utf8').split('\n')[0]);
    const account = processes().find((one) => one.pid === pid)?.uid;
    expect(account).toBeDefined();
    expect(account).not.toBe(0);
    if (!isRoot) expect(account).toBe(process.getuid?.());
    expect(data.uid).toBe(account);
    expect(data.mode & 0o777).toBe(0o700);
  } finally {
    await place.close();
  }
});

/** The native place in one file, with a server beside it, in a folder of its own: as in another checkout. */
async function checkout(home: string): Promise<string> {
  const here = join(home, 'postgres/native');
  mkdirSync(here, { recursive: true });
  writeFileSync(
    join(here, 'entry.ts'),
    `import { Client } from 'pg';
     import { openNativePlace } from ${JSON.stringify(join(root, 'postgres/native'))};
     (async () => {
       const place = await openNativePlace({ binaries: ${JSON.stringify(join(home, 'server/bin'))} });
       const { host, port, master, database, ca } = await place.create();
       const client = new Client({ host, port, ...master, database, ssl: { ca } });
       client.on('error', () => undefined);
       await client.connect();
       const { rows } = await client.query('SELECT current_user AS me');
       await client.end();
       await place.close();
       console.log(JSON.stringify({ uid: process.getuid(), rows }));
     })();`,
  );
  buildSync({
    entryPoints: [join(here, 'entry.ts')],
    outfile: join(here, 'entry.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['pg-native'],
    nodePaths: [join(root, 'node_modules')],
    logLevel: 'error',
  });
  cpSync(join(root, 'postgres/native/supervisor.mjs'), join(here, 'supervisor.mjs'));
  const { bin } = await findInstallation({ root });
  // With all that lies beside its programs: an installation in one folder, as npm's and the project's own are.
  cpSync(join(bin, '..'), join(home, 'server'), { recursive: true, verbatimSymlinks: true });
  return join(here, 'entry.cjs');
}

asRoot('an ordinary user runs it as themselves, also where nothing can be kept for the next time', async () => {
  const entry = await checkout(join(folder, 'project'));
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  chmodSync(temporary, 0o777);
  // A test run's own run folder is not theirs to list.
  const env = { PATH: process.env['PATH'], TMPDIR: temporary };
  const done = spawnSync(process.execPath, [entry], { cwd: '/', uid: 65534, gid: 65534, env, encoding: 'utf8' });
  expect(done.stderr).toBe('');
  expect(JSON.parse(done.stdout)).toEqual({ uid: 65534, rows: [{ me: 'plinth_admin' }] });
  expect(readdirSync(temporary)).toEqual([]);
});

asRoot('root runs it from a checkout that nobody else may enter', async () => {
  const entry = await checkout(join(folder, 'private'));
  chmodSync(join(folder, 'private'), 0o700);
  chownSync(join(folder, 'private'), 0, 0);
  const done = spawnSync(process.execPath, [entry], { cwd: '/', encoding: 'utf8' });
  expect(done.stderr).toBe('');
  expect(JSON.parse(done.stdout)).toEqual({ uid: 0, rows: [{ me: 'plinth_admin' }] });
});
