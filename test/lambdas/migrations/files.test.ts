import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadMigrations, readMigrationFolder } from '../../../lambdas/migrations/files';
import { OperationError } from '../../../lambdas/shared/errors';
import { bundle } from './helpers';

const load = (files: Readonly<Record<string, string>>, options?: { forbidGaps: boolean }) =>
  loadMigrations(bundle(files), options);
const ids = (files: Readonly<Record<string, string>>) => load(files).files.map(({ id }) => id);

describe('a plain folder', () => {
  it('is ordered by the number, not by the letters, and shows versions as they were written', () => {
    const files = {
      '10_c.sql': 'SELECT 1',
      '002_b.sql': 'SELECT 1',
      '1_a.sql': 'SELECT 1',
      '20240101000000000_d.sql': 'SELECT 1',
    };
    expect(ids(files)).toEqual(['1_a', '002_b', '10_c', '20240101000000000_d']);
    expect(load(files).files.map(({ version }) => version)).toEqual(['1', '002', '10', '20240101000000000']);
  });

  it('tells two timestamps apart that differ in the seventeenth digit', () => {
    expect(ids({ '20240101000000002_b.sql': 'SELECT 1', '20240101000000001_a.sql': 'SELECT 1' })).toEqual([
      '20240101000000001_a',
      '20240101000000002_b',
    ]);
  });

  it('puts an undo with its migration', () => {
    const [file] = load({ '1_a.sql': 'SELECT 1', '1_a.down.sql': 'SELECT 2' }).files;
    expect(file?.down).toEqual({ path: '1_a.down.sql', text: 'SELECT 2' });
  });

  it('passes over hidden files, readmes and what editors leave, and says so', () => {
    const { ignored } = load({
      '1_a.sql': 'SELECT 1',
      '.gitkeep': '',
      'README.md': 'x',
      '1_a.sql~': 'x',
      '.1_a.sql.swp': 'x',
      '1_a.sql.orig': 'x',
      '#1_a.sql#': 'x',
    });
    expect(ignored).toEqual(['#1_a.sql#', '.1_a.sql.swp', '.gitkeep', '1_a.sql.orig', '1_a.sql~', 'README.md']);
  });

  it('may hold nothing at all', () => {
    expect(load({})).toEqual({ layout: 'plain', files: [], ignored: [] });
  });

  it('is refused with every reason at once', () => {
    const files = {
      '1_a.sql': 'SELECT 1',
      '001_b.sql': 'SELECT 1',
      '2-c.sql': 'SELECT 1',
      'sub/3_d.sql': 'SELECT 1',
      'notes.txt': 'x',
      '4_e.sql': ' \n-- nothing\n/* at all */ ;',
      '5_f.down.sql': 'SELECT 1',
      '6_g.sql': 'SELECT 1\0',
      '8_h.sql': 'SELECT 1',
    };
    const rule =
      'is badly named: a migration is <version>_<name>.sql or <version>_<name>.down.sql, with 1 to 18 digits and a name of letters, digits, _ and -.';
    expect(() => load(files, { forbidGaps: true })).toThrow(
      new OperationError(
        [
          'The migrations have 10 problems:',
          '- 001_b.sql and 1_a.sql have the same version, 1.',
          `- 2-c.sql ${rule}`,
          '- 4_e.sql follows 001_b.sql: version 2 is missing, and gaps are refused.',
          '- 4_e.sql is empty: it holds no statement.',
          '- 5_f.down.sql undoes nothing: there is no 5_f.sql.',
          '- 6_g.sql contains a NUL character, which PostgreSQL cannot take.',
          '- 6_g.sql follows 4_e.sql: version 5 is missing, and gaps are refused.',
          '- 8_h.sql follows 6_g.sql: version 7 is missing, and gaps are refused.',
          `- notes.txt ${rule}`,
          `- sub/3_d.sql ${rule}`,
        ].join('\n'),
      ),
    );
  });

  it('cannot refuse gaps between timestamps, and says so', () => {
    expect(() => load({ '20240101120000_a.sql': 'SELECT 1' }, { forbidGaps: true })).toThrow(
      '20240101120000_a.sql has a timestamp for its version; gaps can only be refused where versions count up by one.',
    );
  });

  it.each(['1_a.sql', '20240101000000_b/migration.sql'])('is refused when both layouts are mixed: %s', (path) => {
    const files = { '1_a.sql': 'SELECT 1', 'migration_lock.toml': 'provider = "postgresql"', [path]: 'SELECT 1' };
    expect(() => load(files)).toThrow(
      'Both layouts are in one folder: <version>_<name>.sql files, and folders with a migration.sql. Keep one.',
    );
  });
});

describe('a Prisma folder', () => {
  const lock = { 'migration_lock.toml': 'provider = "postgresql"\n' };

  it('is taken as it stands: same timestamps, empty names, empty migrations, other files', () => {
    const set = load({
      ...lock,
      '20220305233635_rename_indexes/migration.sql': 'SELECT 1',
      '20220305233635_availability/migration.sql': '-- This is an empty migration.',
      '20220308100145_/migration.sql': 'SELECT 1',
      '20220308100145_/data.ts': 'x',
      '0_init/migration.sql': 'SELECT 1',
      '0_init/down.sql': 'SELECT 2',
    });
    expect(set.layout).toBe('prisma');
    expect(set.files.map(({ id }) => id)).toEqual([
      '0_init',
      '20220305233635_availability',
      '20220305233635_rename_indexes',
      '20220308100145_',
    ]);
    expect(set.files[0]?.down).toEqual({ path: '0_init/down.sql', text: 'SELECT 2' });
    expect(set.ignored).toEqual(['20220308100145_/data.ts']);
  });

  it('keeps the order of the folder names, as Prisma does, when timestamps differ in length', () => {
    expect(
      ids({ ...lock, '20230101_b/migration.sql': 'SELECT 1', '20220101120000_a/migration.sql': 'SELECT 1' }),
    ).toEqual(['20220101120000_a', '20230101_b']);
  });

  it('is refused for another kind of database, a folder without digits and an undo of nothing', () => {
    const files = {
      'migration_lock.toml': 'provider = "mysql"',
      'init/migration.sql': 'SELECT 1',
      '1_x/down.sql': 'SELECT 1',
    };
    expect(() => load(files)).toThrow(
      new OperationError(
        [
          'The migrations have 3 problems:',
          '- 1_x/down.sql undoes nothing: there is no 1_x/migration.sql.',
          '- init/migration.sql is badly named: the folder of a Prisma migration is <timestamp>_<name>, with 1 to 18 digits.',
          '- migration_lock.toml names the provider "mysql"; only postgresql migrations can run here.',
        ].join('\n'),
      ),
    );
  });
});

describe('readMigrationFolder', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'migrations-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('reads a folder with its subfolders into what a bundle holds', async () => {
    await mkdir(join(folder, '1_a'));
    await writeFile(join(folder, '1_a', 'migration.sql'), '\uFEFFSELECT 1;\r\n');
    await writeFile(join(folder, 'migration_lock.toml'), 'provider = "postgresql"');
    expect(await readMigrationFolder(folder)).toEqual([
      { path: '1_a/migration.sql', text: '\uFEFFSELECT 1;\r\n' },
      { path: 'migration_lock.toml', text: 'provider = "postgresql"' },
    ]);
  });

  it('names every file that is no UTF-8', async () => {
    for (const name of ['1_a.sql', '2_b.sql']) await writeFile(join(folder, name), Buffer.from([0x53, 0xe4, 0x20]));
    await expect(readMigrationFolder(folder)).rejects.toThrow(
      [
        'The migrations have 2 problems:',
        '- 1_a.sql is not valid UTF-8, the only encoding that is read.',
        '- 2_b.sql is not valid UTF-8, the only encoding that is read.',
      ].join('\n'),
    );
  });
});
