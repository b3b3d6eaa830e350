// The bundle that is deployed, in a process of its own.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bundleHandlers } from '../../../lib/bundling/bundle';
import { create } from '../shared/resources';

const properties = {
  Prefix: 'shop',
  Server: { Host: 'localhost', Port: 5432, AdminSecret: 'arn:of:the:secret' },
  Database: 'shop',
  Owner: 'shop_owner',
  Migrations: ['1_books: sha256:other'],
  Settings: { allowOutOfOrder: false, forbidGaps: false, oneTransaction: false, lint: {} },
};

test('holds the migrations of the project and the parser, and reads them from beside itself', async () => {
  const { migrations: folder = '' } = await bundleHandlers({
    migrations: [{ path: '1_books.sql', text: 'CREATE TABLE books (id bigint);' }],
  });
  expect(existsSync(join(folder, 'libpg-query.wasm'))).toBe(true);
  const script = `require(${JSON.stringify(join(folder, 'index.js'))})
    .handler(${JSON.stringify(create(properties))}, { getRemainingTimeInMillis: () => 60000 })
    .catch((error) => console.error(error.message));`;
  const env = { PATH: process.env['PATH'] ?? '', AWS_REGION: 'ap-southeast-2', AWS_LAMBDA_LOG_GROUP_NAME: 'shop-logs' };
  const { stderr } = spawnSync(process.execPath, ['-e', script], { cwd: '/', env, encoding: 'utf8' });
  // Above it, Node may warn of its own age.
  expect(stderr.trim().split('\n').at(-1)).toBe(
    'The bundle and the template differ in the migration 1_books; they come from two versions of the project. See the log group shop-logs.',
  );
});

test('lies in the same folder for the same migrations, and in another when one is edited', async () => {
  const of = (text: string) => bundleHandlers({ migrations: [{ path: '1_books.sql', text }] });
  const [once, again, other] = [await of('SELECT 1;'), await of('SELECT 1;'), await of('SELECT 2;')];
  expect(again['migrations']).toBe(once['migrations']);
  expect(other['migrations']).not.toBe(once['migrations']);
});
