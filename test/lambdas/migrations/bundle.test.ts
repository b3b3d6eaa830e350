// What a bundler has to do, so that the parser works in a Lambda.
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const run = promisify(execFile);
const root = join(__dirname, '../../..');
const program = `
  import { analyse, formatFinding } from './lambdas/migrations/analyse';
  import { loadMigrations } from './lambdas/migrations/files';
  analyse(loadMigrations([{ path: '1_x.sql', text: 'DROP TABLE x;' }])).then(
    (findings) => console.log(findings.map((finding) => formatFinding(finding).split('\\n')[0]).join()),
    (error) => console.log(error.message),
  );
`;

describe('one file of JavaScript in a folder of its own', () => {
  let folder = '';
  const answer = async () => (await run(process.execPath, [join(folder, 'index.js')])).stdout.trim().split('\n').at(-1);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bundle-'));
    await build({
      stdin: { contents: program, resolveDir: root, loader: 'ts' },
      outfile: join(folder, 'index.js'),
      bundle: true,
      minify: true,
      platform: 'node',
      mainFields: ['module', 'main'],
    });
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('says what is missing, as long as the WebAssembly is not beside it', async () => {
    expect(await answer()).toBe('The parser cannot start: libpg-query.wasm must lie in the folder of the bundle.');
  });

  it('lints with the real parser, once it is', async () => {
    const wasm = join(dirname(require.resolve('libpg-query')), 'libpg-query.wasm');
    await copyFile(wasm, join(folder, 'libpg-query.wasm'));
    expect(await answer()).toBe('1_x.sql:1:12: error drop-table: DROP TABLE loses "x" with all its rows.');
  });
});
