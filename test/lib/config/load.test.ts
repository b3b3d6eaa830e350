import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadProject } from '../../../lib/config';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const good = "{ name: 'shop', region: 'eu-west-1', environments: { dev: {} } }";

test.each([
  ['plinth.config.ts', `import { defineProject } from 'plinth';\nexport default defineProject(${good});`],
  ['plinth.config.ts', `import type { Any } from 'nowhere';\nconst x: Any = 1 as never;\nexport default ${good};`],
  ['plinth.config.js', `export default ${good};`],
  ['plinth.config.js', `module.exports = ${good};`],
  ['plinth.config.cjs', `const { defineProject } = require('plinth');\nmodule.exports = defineProject(${good});`],
  ['plinth.config.mjs', `export default Promise.resolve(${good});`],
  ['plinth.config.json', '{ "name": "shop", "region": "eu-west-1", "environments": { "dev": {} } }'],
])('loads %s of a folder outside: %s', async (name, text) => {
  write(name, text);
  const project = await loadProject(folder);
  expect(project).toMatchObject({ name: 'shop', folder, sqlFolder: join(folder, 'sql') });
  expect(Object.keys(project.environments)).toEqual(['dev']);
});

test('the TypeScript file goes before the others', async () => {
  write('plinth.config.json', '{}');
  write('plinth.config.ts', `export default ${good};`);
  expect((await loadProject(folder)).name).toBe('shop');
});

test('a config imports what stands beside it, knows its own place, and is read anew each time', async () => {
  write('region.ts', "export const region: string = 'eu-west-1';");
  write(
    'plinth.config.ts',
    `import { basename } from 'node:path';
    import { region } from './region';
    export default { name: 'shop', region, sql: basename(__dirname) + basename(import.meta.dirname), environments: { dev: {} } };`,
  );
  const first = await loadProject(folder);
  const base = folder.split('/').at(-1);
  expect(first.sqlFolder).toBe(join(folder, `${base}${base}`));
  write('region.ts', "export const region = 'eu-west-2';");
  expect((await loadProject(folder)).environments['dev']?.region).toBe('eu-west-2');
});

test('a program that tsx runs loads the same, and ends by itself', () => {
  write('plinth.config.ts', `import { defineProject } from 'plinth';\nexport default defineProject(${good});`);
  const repository = join(__dirname, '../../..');
  write(
    'program.ts',
    `import { loadProject } from ${JSON.stringify(join(repository, 'lib/config'))};
    loadProject(process.argv[2] ?? '').then(({ name }) => process.stdout.write(name));`,
  );
  const tsx = join(repository, 'node_modules/tsx/dist/cli.mjs');
  const { stdout, stderr, status } = spawnSync(process.execPath, [tsx, join(folder, 'program.ts'), folder], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  expect({ stdout, stderr, status }).toEqual({ stdout: 'shop', stderr: '', status: 0 });
});

const messageOf = async (where = folder) => {
  const error = await loadProject(where).then(
    () => new Error('It was loaded.'),
    (cause: Error) => cause,
  );
  return `${error.name}: ${error.message.replaceAll(folder, 'DIR')}`;
};

test('a missing folder, a file for a folder, and a missing config are told apart', async () => {
  write('file', '');
  expect(await messageOf(join(folder, 'none'))).toBe(
    'ConfigError: There is no folder DIR/none; name the one that holds plinth.config.ts.',
  );
  expect(await messageOf(join(folder, 'file'))).toBe(
    'ConfigError: DIR/file is not a folder; name the one that holds plinth.config.ts.',
  );
  mkdirSync(join(folder, 'empty'));
  expect(await messageOf(join(folder, 'empty'))).toBe(
    'ConfigError: There is no plinth.config.ts in DIR/empty; copy one from an example to begin with.',
  );
});

test.each([
  ['ts', 'const a = 1;\nexport default { name: };', 'DIR/plinth.config.ts:2:24 cannot be read: Unexpected "}".'],
  [
    'json',
    '{\n  "name": "shop",,\n}',
    'DIR/plinth.config.json:2:18 cannot be read: Expected string in JSON but found ",".',
  ],
  [
    'ts',
    "import './gone';\nexport default {};",
    'DIR/plinth.config.ts:1:8 cannot be read: Could not resolve "./gone".',
  ],
  [
    'ts',
    "const a = 1;\n\nthrow new Error('no moon');\nexport default {};",
    'DIR/plinth.config.ts:3:7 throws an error while it is loaded: no moon',
  ],
  [
    'cjs',
    'const { home } = undefined;\nmodule.exports = {};',
    "DIR/plinth.config.cjs:1:9 throws an error while it is loaded: Cannot destructure property 'home' of '(void 0)' as it is undefined.",
  ],
  [
    'ts',
    "throw 'postgres://me:hunter2@db/x';",
    'DIR/plinth.config.ts throws an error while it is loaded: postgres://(hidden)@db/x',
  ],
  [
    'ts',
    'export default Promise.reject(new Error("late"));',
    'DIR/plinth.config.ts:1:31 throws an error while it is loaded: late',
  ],
  [
    'ts',
    'export const project = {};',
    'DIR/plinth.config.ts has no default export; write export default defineProject({ … }).',
  ],
  ['cjs', 'const a = 1;', 'DIR/plinth.config.cjs has no default export; write export default defineProject({ … }).'],
])('a plinth.config.%s that cannot be used is told with its place: %s', async (extension, text, expected) => {
  write(`plinth.config.${extension}`, text);
  expect(await messageOf()).toBe(`ConfigError: ${expected}`);
});

test('what is wrong with the settings is told with the name of the file', async () => {
  write(
    'plinth.config.ts',
    "export default { name: 'Shop', region: 'eu-west-1', environments: { dev: { instanse: {} } } };",
  );
  expect(await messageOf()).toBe(
    [
      'ConfigError: DIR/plinth.config.ts: The config has 2 errors:',
      "  name: 'Shop' is not a name; one begins with a lower-case letter and has only lower-case letters, digits and single hyphens between",
      "  environments.dev.instanse: is not a setting; did you mean 'instance'?",
    ].join('\n'),
  );
});
