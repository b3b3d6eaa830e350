// A program of its own, so that its sources and packages can change.
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { root } from '../support/golden';
import { providePackages } from '../support/packages';

let program: string;
let builds = 0;
let meanwhile = () => {};
let handlers: () => Promise<string>;
const cache = () => join(program, 'node_modules', '.cache', 'plinth');
const pg = () => join(program, 'node_modules', 'pg');

beforeAll(() => {
  program = realpathSync(mkdtempSync(join(process.env['PLINTH_RUN_FOLDER'] ?? '', 'kept-')));
  for (const path of ['lambdas', 'lib/bundling', 'lib/config', 'lib/checks', 'package.json', 'tsconfig.json'])
    cpSync(join(root, path), join(program, path), { recursive: true });
  // One function is enough, and is built in a moment.
  for (const name of readdirSync(join(program, 'lambdas')))
    if (name !== 'heartbeat') rmSync(join(program, 'lambdas', name, 'handler.ts'), { force: true });
  providePackages(program, ['pg', '.package-lock.json']);
  const build = join(program, 'lib', 'bundling', 'build.ts');
  jest.doMock(build, () => {
    const real = jest.requireActual(build);
    return {
      ...real,
      buildHandlers: () => {
        builds++;
        meanwhile();
        return real.buildHandlers();
      },
    };
  });
  ({ handlers } = require(join(program, 'lib', 'bundling', 'kept.ts')));
});
afterAll(() => rmSync(program, { recursive: true }));

/** What came of it, and how often esbuild was asked. */
async function made(): Promise<{ readonly folder: string; readonly times: number }> {
  const before = builds;
  return { folder: await handlers(), times: builds - before };
}

let first: string;
test('what was made of the same sources is taken again', async () => {
  const { folder, times } = await made();
  first = folder;
  expect(times).toBe(1);
  expect(await made()).toEqual({ folder, times: 0 });
});

test.each<[string, () => void]>([
  ['a source', () => appendFileSync(join(program, 'lambdas/heartbeat/handler.ts'), '\nexport const more = 1;\n')],
  ['a package', () => appendFileSync(join(pg(), 'lib/defaults.js'), '\nmodule.exports.more = 1\n')],
])('%s that somebody edits is read again, and once', async (_, edit) => {
  const before = await handlers();
  edit();
  const { folder, times } = await made();
  expect(times).toBe(1);
  expect(folder).not.toBe(before);
  expect(await made()).toEqual({ folder, times: 0 });
});

test.each<[string, () => void]>([
  ['a new file', () => writeFileSync(join(program, 'lambdas/shared/new.ts'), 'export const more = 1;\n')],
  ['another set of packages', () => appendFileSync(join(program, 'node_modules/.package-lock.json'), '\n')],
  ['another setting of the compiler', () => appendFileSync(join(program, 'tsconfig.json'), '\n')],
  ['other words of the program about itself', () => appendFileSync(join(program, 'package.json'), '\n')],
  ['another way to build', () => appendFileSync(join(program, 'lib/bundling/build.ts'), '\n')],
])('%s may change what is read, so it is made again', async (_, edit) => {
  const before = await handlers();
  edit();
  expect(await made()).toEqual({ folder: before, times: 1 });
  expect(await made()).toEqual({ folder: before, times: 0 });
});

test.each<[string, (folder: string) => void]>([
  ['whose folder is gone', (folder) => rmSync(folder, { recursive: true })],
  [
    'whose record is broken',
    () => {
      for (const record of records()) writeFileSync(join(cache(), record), '{');
    },
  ],
])('what was kept and %s is made again', async (_, spoil) => {
  const folder = await handlers();
  spoil(folder);
  expect(await made()).toEqual({ folder, times: 1 });
  expect(existsSync(join(folder, 'heartbeat', 'index.js'))).toBe(true);
});

test('what changes while it is read is not kept as if it had been so before', async () => {
  const path = join(program, 'lambdas/heartbeat/handler.ts');
  const before = readFileSync(path, 'utf8');
  writeFileSync(path, `${before}export const early = 1;\n`);
  meanwhile = () => writeFileSync(path, `${before}export const late = 1;\n`);
  const late = await handlers();
  meanwhile = () => {};
  writeFileSync(path, `${before}export const early = 1;\n`);
  const { folder, times } = await made();
  expect(times).toBe(1);
  expect(folder).not.toBe(late);
  writeFileSync(path, before);
});

test('what nobody has used for two weeks goes when something new comes, and nothing else', async () => {
  const long = new Date(Date.now() - 15 * 86_400_000);
  mkdirSync(join(cache(), 'server-1'));
  for (const name of readdirSync(cache())) utimesSync(join(cache(), name), long, long);
  // It is used, so it is young again.
  const used = await handlers();
  appendFileSync(join(program, 'lambdas/heartbeat/handler.ts'), '\nexport const evenMore = 1;\n');
  const fresh = await handlers();
  expect(readdirSync(cache()).filter((name) => !name.startsWith('handlers-'))).toEqual(
    [used, fresh, join(cache(), 'server-1')].map((path) => path.slice(cache().length + 1)).sort(),
  );
  expect(existsSync(first)).toBe(false);
  expect(records()).toHaveLength(2);
});

test('where nobody has noted which packages there are, it is made each time', async () => {
  rmSync(join(program, 'node_modules/.package-lock.json'));
  const { folder, times } = await made();
  expect(times).toBe(1);
  expect(await made()).toEqual({ folder, times: 1 });
  expect(readFileSync(join(folder, 'heartbeat', 'index.js'), 'utf8')).not.toContain(program);
});

test('where nothing can be kept, it is made for one program, and goes with it', () => {
  const [cached, temporary] = [join(program, 'node_modules', '.cache'), join(program, 'tmp')];
  rmSync(cached, { recursive: true });
  writeFileSync(cached, 'no folder');
  mkdirSync(temporary);
  const script = `require('./lib/bundling/kept.ts').handlers().then((folder) => {
    console.log(require('node:fs').existsSync(folder + '/heartbeat/index.js'), folder);
  });`;
  const { stdout } = spawnSync(process.execPath, ['-r', 'tsx/cjs', '-e', script], {
    cwd: program,
    encoding: 'utf8',
    env: { ...process.env, TMPDIR: temporary },
  });
  expect(stdout).toMatch(/^true /);
  expect(stdout).toContain(`${temporary}/plinth-bundles-`);
  expect(readdirSync(temporary).filter((name) => name.startsWith('plinth-'))).toEqual([]);
});

const records = () => readdirSync(cache()).filter((name) => name.startsWith('handlers-'));
