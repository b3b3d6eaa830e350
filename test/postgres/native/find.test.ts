import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findInstallation, providedBin, providedStamp } from '../../../postgres/native/find';
import { PostgresPlaceError } from '../../../postgres/place';
import { remove, temporaryFolder } from './helpers';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => remove(folder));

/** The files that tell an installation, with programs that only know their version. */
function installation(name: string, version: string, vector = false): string {
  const home = join(folder, name);
  const bin = join(home, 'bin');
  const suffix = process.platform === 'darwin' ? 'dylib' : 'so';
  for (const part of ['bin', 'share/extension', 'lib']) mkdirSync(join(home, part), { recursive: true });
  for (const program of ['postgres', 'initdb', 'pg_ctl']) {
    writeFileSync(join(bin, program), `#!/bin/sh\necho "${program} (PostgreSQL) ${version}"\n`);
    chmodSync(join(bin, program), 0o755);
  }
  writeFileSync(join(home, 'share/postgres.bki'), '');
  writeFileSync(join(home, `lib/dict_snowball.${suffix}`), '');
  if (vector) writeFileSync(join(home, 'share/extension/vector.control'), '');
  return bin;
}

const find = (installed: string[], env: NodeJS.ProcessEnv = {}, binaries?: string) =>
  findInstallation({ root: folder, installed, env, binaries });

test('a named folder goes before everything, the caller before the variable', async () => {
  const [a, b, c] = [installation('a', '16.9'), installation('b', '17.1'), installation('c', '16.14', true)];
  expect(await find([c], { PLINTH_POSTGRES_BIN: b }, a)).toEqual({ bin: a, origin: 'named by the caller' });
  expect(await find([c], { PLINTH_POSTGRES_BIN: b })).toEqual({ bin: b, origin: 'named by PLINTH_POSTGRES_BIN' });
});

test('the project’s own server goes before an installed one, once it is complete', async () => {
  const installed = installation('installed', '16.14', true);
  installation('.postgres/server', '17.10', true);
  expect((await find([installed])).bin).toBe(installed);
  writeFileSync(providedStamp(folder), '1');
  expect((await find([installed])).bin).toBe(providedBin(folder));
});

test('among installed ones pgvector decides, then the nearest to 16; older ones are none', async () => {
  const old = installation('old', '15.8', true);
  const plain = installation('plain', '16.14');
  const later = installation('later', '18.1', true);
  const near = installation('near', '17.4', true);
  expect((await find([old, plain])).bin).toBe(plain);
  expect((await find([old, plain, later, near])).bin).toBe(near);
});

test('an installed one that does not run or is not complete is passed over', async () => {
  const broken = installation('broken', '16.1', true);
  writeFileSync(join(broken, 'postgres'), '#!/bin/sh\nexit 127\n');
  const bare = installation('bare', '16.2', true);
  remove(join(folder, 'bare/share'));
  const whole = installation('whole', '17.4');
  expect((await find([broken, bare, whole])).bin).toBe(whole);
});

test('what is wrong with a named folder is said in one sentence', async () => {
  const old = installation('old', '15.8');
  const empty = join(folder, 'empty');
  const wrong: [string, string][] = [
    [old, `The server in ${old} (named by the caller) is PostgreSQL 15.8; at least 16 is needed.`],
    [
      empty,
      `The folder ${empty} (named by the caller) has no program postgres; it must hold postgres, initdb, pg_ctl.`,
    ],
  ];
  for (const [bin, sentence] of wrong) {
    await expect(find([], {}, bin)).rejects.toBeInstanceOf(PostgresPlaceError);
    await expect(find([], {}, bin)).rejects.toThrow(sentence);
  }
});

test('where there is none, the sentence says what to do', async () => {
  await expect(find([])).rejects.toThrow(
    'install PostgreSQL 16 or newer with pgvector, or run `npm run postgres:native` (Debian and Ubuntu), or name a folder',
  );
});
