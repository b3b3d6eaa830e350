import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder with the config of a project and one migration, gone when the tests of the file are over. */
export function projectFolder(settings: object): string {
  const folder = mkdtempSync(join(tmpdir(), 'project-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'sql', 'migrations'), { recursive: true });
  writeFileSync(join(folder, 'sql', 'migrations', '1_books.sql'), 'CREATE TABLE books (id bigint PRIMARY KEY);');
  writeFileSync(join(folder, 'plinth.config.json'), JSON.stringify(settings));
  return folder;
}
