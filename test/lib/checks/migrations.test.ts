import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkMigrations } from '../../../lib/checks/migrations';
import type { Migrations } from '../../../lib/config';

const settings: Migrations = {
  allowOutOfOrder: false,
  forbidGaps: false,
  oneTransaction: false,
  lint: {},
  snapshotBefore: false,
};
let sql: string;
beforeEach(() => {
  sql = mkdtempSync(join(tmpdir(), 'sql-'));
});
afterEach(() => rmSync(sql, { recursive: true }));
const write = (files: Readonly<Record<string, string>>) => {
  mkdirSync(join(sql, 'migrations'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(sql, 'migrations', name), text);
};

test('files that are in order come with their checksums, without what does not run', async () => {
  write({ '1_a.sql': 'CREATE TABLE a (id bigint);', '1_a.down.sql': 'DROP TABLE a;', 'README.md': 'Hello.' });
  const { files, checksums, head, warnings } = await checkMigrations(sql, settings);
  expect(files).toEqual([{ path: '1_a.sql', text: 'CREATE TABLE a (id bigint);' }]);
  expect(checksums).toEqual({ '1_a': expect.stringMatching(/^sha256:[0-9a-f]{64}$/) });
  expect(head).toBe('1_a');
  expect(warnings).toEqual([]);
});

test('what the lint refuses ends the synth, with each finding as a terminal shows it', async () => {
  write({ '1_a.sql': 'DROP TABLE a;' });
  await expect(checkMigrations(sql, settings)).rejects.toThrow(
    /^The lint refuses the migrations for a finding:\n\n.*1_a[.]sql:1:12: error drop-table: [\s\S]*help: /,
  );
});

test('what it warns of is told and ends nothing', async () => {
  write({ '1_a.sql': 'DROP TABLE a;' });
  const { warnings } = await checkMigrations(sql, { ...settings, lint: { 'drop-table': 'warn' } });
  expect(warnings).toEqual([expect.stringContaining('warn drop-table')]);
});

test('an empty folder is a project without migrations, and a missing one is a mistake', async () => {
  await expect(checkMigrations(sql, settings)).rejects.toThrow(/^There is no folder .*migrations; make it/);
  write({});
  expect(await checkMigrations(sql, settings)).toEqual({ files: [], checksums: {}, head: 'none', warnings: [] });
});
