import { Client } from 'pg';
import { amcheck } from '../../../lambdas/drill-check/amcheck';
import type { Searching } from '../../../lambdas/drill-check/vectors';
import { superuser } from '../../../postgres/native/cluster';
import { type Copy, checkOf, useCopies } from './copy';
import { database } from './deployed';

const { onCopy } = useCopies();

beforeEach(() => jest.spyOn(process.stdout, 'write').mockImplementation(() => true));
afterEach(() => jest.restoreAllMocks());

/** What RDS does beside its master, over the socket that only the owner of a native server finds. */
async function asSuperuser(copy: Copy, ...statements: readonly string[]): Promise<void> {
  const host = await copy.asMaster(async (session) => {
    const { rows } = await session.query<{ unix_socket_directories: string }>('SHOW unix_socket_directories');
    return (rows[0]?.unix_socket_directories ?? '').replaceAll('"', '');
  });
  const client = new Client({ host, port: copy.instance.port, user: superuser, database, ssl: false });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

const mayCheck = (copy: Copy) => [
  'CREATE EXTENSION amcheck SCHEMA public',
  `GRANT EXECUTE ON FUNCTION public.bt_index_check(regclass, boolean) TO ${copy.instance.master.user}`,
];

onCopy('where the admin may not use amcheck, the check says so and does not fail', async (copy) => {
  expect(checkOf(await copy.check(), 'amcheck')).toMatchObject({
    Passed: true,
    Found: 'Not run.',
    Warning: 'B-trees were not read: the admin may not call the functions of amcheck here.',
  });
});

onCopy(
  'every B-tree of a healthy copy is read, those of the catalog too',
  async (copy) => {
    await asSuperuser(copy, ...mayCheck(copy));
    const check = checkOf(await copy.check(), 'amcheck');
    expect(check).toMatchObject({ Passed: true, Found: expect.stringMatching(/^1\d\d B-trees, all in order.$/) });
    expect(check.Warning).toBeUndefined();
  },
  ['killBackend'],
);

onCopy(
  'a B-tree that there is no time to read is told, and is not called corrupt',
  async (copy) => {
    await asSuperuser(copy, ...mayCheck(copy));
    const read = await copy.asMaster((session) => amcheck.run({ session, until: Date.now() + 40 } as Searching));
    expect(read).toMatchObject({
      passed: true,
      warning: expect.stringMatching(/^There was no time to read \d+ of 1\d\d: /),
    });
  },
  ['killBackend'],
);

onCopy(
  'catches a B-tree whose order is not that of its values, as after a change of the collation',
  async (copy) => {
    // The order of the index is turned around under it.
    const compare = (sign: string) =>
      `CREATE OR REPLACE FUNCTION public.compare(bigint, bigint) RETURNS int IMMUTABLE STRICT LANGUAGE sql
         AS 'SELECT ${sign} btint8cmp($1, $2)'`;
    await asSuperuser(
      copy,
      ...mayCheck(copy),
      compare('+'),
      `CREATE OPERATOR CLASS public.turning FOR TYPE bigint USING btree AS
         OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 public.compare(bigint, bigint)`,
      'CREATE INDEX turned ON public.documents (id public.turning)',
      compare('-'),
    );
    expect(checkOf(await copy.check(), 'amcheck')).toMatchObject({
      Passed: false,
      Found: expect.stringMatching(/^1 of 1\d\d: public.turned: item order invariant violated .*\(XX002\)\.$/),
    });
  },
  ['killBackend'],
);
