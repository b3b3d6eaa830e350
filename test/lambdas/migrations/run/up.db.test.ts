import { up } from '../../../../lambdas/migrations/up';
import { usePostgres } from '../../../support/postgres';
import { clean, ledgerIds, messageOf, setOf, tables } from './helpers';

const postgres = usePostgres();
beforeEach(() => postgres.withClient(clean));

const two = {
  '1_a.sql': 'CREATE TABLE a (id int);',
  '2_b.sql': 'CREATE TABLE b (id int); -- no semicolon\nSELECT 1 -- x',
};

test('files are applied once, in order, and a second run changes nothing', async () => {
  await postgres.withClient(async (client) => {
    const first = await up(client, setOf(two), { build: 'b1' });
    expect(first).toMatchObject({
      applied: [{ id: '1_a' }, { id: '2_b' }],
      before: 0,
      left: [],
      unknown: [],
      notes: [],
    });
    const rows = (await client.query('SELECT * FROM plinth.migrations ORDER BY version')).rows;
    expect(rows[0]).toMatchObject({
      version: '1',
      name: 'a',
      id: '1_a',
      checksum: setOf(two).files[0]?.checksum,
      state: 'applied',
      how: 'run',
      applied_by: postgres.instance.master.user,
      build: 'b1',
      snapshot_id: null,
    });
    for (let i = 0; i < 3; i++) {
      expect(await up(client, setOf(two))).toMatchObject({ applied: [], before: 2 });
    }
    expect((await client.query('SELECT * FROM plinth.migrations ORDER BY version')).rows).toEqual(rows);
    expect(await tables(client)).toEqual(['a', 'b']);
  });
});

test('an error undoes its file, keeps the files before it, and is shown where it is', async () => {
  await postgres.withClient(async (client) => {
    const set = setOf({
      ...two,
      '3_c.sql': "CREATE TABLE c (id int);\nINSERT INTO c\n  SELECT 'ä😀', 1 FROM nope;\n",
      '4_d.sql': 'CREATE TABLE d (id int);',
    });
    expect(await messageOf(up(client, set))).toBe(
      [
        'sql/migrations/3_c.sql:3:23: relation "nope" does not exist (42P01)',
        "  3 |   SELECT 'ä😀', 1 FROM nope;",
        '    |                        ^',
        '  help: There is no such table: correct the name or its schema, or create it in an earlier file.',
        '  The file is undone as a whole.',
      ].join('\n'),
    );
    expect(await tables(client)).toEqual(['a', 'b']);
    expect(await ledgerIds(client)).toEqual(['1_a', '2_b']);
  });
});

test('an error for which PostgreSQL gives no place is shown at its statement', async () => {
  await postgres.withClient(async (client) => {
    const set = setOf({ ...two, '3_c.sql': 'CREATE TABLE c (id int);\n\n  CREATE TABLE a (id int);\nSELECT 1;' });
    expect(await messageOf(up(client, set))).toContain(
      'sql/migrations/3_c.sql:3:3: relation "a" already exists (42P07)',
    );
  });
});

test('a file may choose its isolation level, as its first statement or in the BEGIN that Prisma lets it have', async () => {
  await postgres.withClient(async (client) => {
    const level = "CREATE TABLE a AS SELECT current_setting('transaction_isolation') AS level;";
    const isolation = 'ISOLATION LEVEL REPEATABLE READ';
    await up(client, setOf({ '1_a.sql': `-- first\nSET TRANSACTION ${isolation};\n${level}` }));
    await up(
      client,
      setOf({
        '1_a.sql': `-- first\nSET TRANSACTION ${isolation};\n${level}`,
        '2_x.sql': 'CREATE TABLE b AS SELECT * FROM a;',
      }),
    );
    expect((await client.query('SELECT * FROM b')).rows).toEqual([{ level: 'repeatable read' }]);
    await clean(client);
    await up(client, setOf({ '1_a/migration.sql': `BEGIN TRANSACTION ${isolation};\n${level}\nCOMMIT;` }));
    expect((await client.query('SELECT * FROM a')).rows).toEqual([{ level: 'repeatable read' }]);
    expect(
      await messageOf(
        up(
          client,
          setOf({
            '1_a/migration.sql': `BEGIN TRANSACTION ${isolation};\n${level}\nCOMMIT;`,
            '2_b/migration.sql': 'SET TRANSACTION READ WRITE;\nSELECT nope;',
          }),
        ),
      ),
    ).toContain('2_b/migration.sql:2:8: column "nope" does not exist');
  });
});
