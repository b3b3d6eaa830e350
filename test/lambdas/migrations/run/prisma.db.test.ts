import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Client } from 'pg';
import { renderSchema } from '../../../../lambdas/migrations/schema/render';
import { up } from '../../../../lambdas/migrations/up';
import { usePostgres } from '../../../support/postgres';
import { setOf } from './helpers';
import { prismaCorpus } from './prisma-corpus';
import { newRunFolder } from './run-folder';

const postgres = usePostgres();
const hasPsql = spawnSync('psql', ['--version']).status === 0;

/** What is in the catalogs, read without our renderer. */
const catalog = async (client: Client) => {
  const queries = [
    `SELECT table_name, column_name, ordinal_position, column_default, is_nullable, data_type, udt_name, numeric_precision,
       datetime_precision FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 3`,
    `SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1`,
    `SELECT conname, conrelid::regclass::text AS t, pg_get_constraintdef(oid) AS d FROM pg_constraint
       WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2`,
    `SELECT typname, enumlabel FROM pg_enum JOIN pg_type t ON t.oid = enumtypid ORDER BY typname, enumsortorder`,
    `SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1`,
    `SELECT viewname, definition FROM pg_views WHERE schemaname = 'public' ORDER BY 1`,
    `SELECT tgname, pg_get_triggerdef(oid) AS d FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1`,
    `SELECT objoid::regclass::text AS t, objsubid, description FROM pg_description
       WHERE classoid = 'pg_class'::regclass AND objoid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace) ORDER BY 1, 2`,
    `SELECT relname, relkind FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1`,
  ];
  const rows: unknown[] = [];
  for (const query of queries) rows.push((await client.query(query)).rows);
  return rows;
};

test('320 files of a Prisma project make what psql makes of them, by our renderer and by the catalogs', async () => {
  const files = prismaCorpus();
  await postgres.withClient((client) => client.query('CREATE DATABASE reference'));
  const sql = Object.entries(files).filter(([path]) => path.endsWith('.sql'));
  expect(sql).toHaveLength(320);
  const reference = { database: 'reference' };
  if (hasPsql && postgres.place.kind === 'native') {
    const folder = newRunFolder('prisma-');
    for (const [path, text] of sql) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const { host, port, master, caFile } = postgres.instance;
    const args = sql.flatMap(([path]) => ['-f', join(folder, path)]);
    await promisify(execFile)('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', ...args], {
      env: {
        ...process.env,
        ...{ PGHOST: host, PGPORT: String(port), PGUSER: master.user, PGPASSWORD: master.password },
        ...{
          PGDATABASE: 'reference',
          PGSSLMODE: 'verify-full',
          PGSSLROOTCERT: caFile,
          PGOPTIONS: '-c client_min_messages=warning',
        },
      },
    });
  } else {
    await postgres.withClient(async (client) => {
      for (const [, text] of sql) await client.query(text);
    }, reference);
  }
  const ours = await postgres.withClient(async (client) => {
    const { applied } = await up(client, setOf(files));
    expect(applied).toHaveLength(320);
    return { schema: await renderSchema(client), rows: await catalog(client) };
  });
  const theirs = await postgres.withClient(
    async (client) => ({ schema: await renderSchema(client), rows: await catalog(client) }),
    reference,
  );
  expect(ours.rows).toEqual(theirs.rows);
  expect(ours.schema).toEqual(theirs.schema);
  expect(ours.schema.text.split('\n').length).toBeGreaterThan(1_000);
  await postgres.withClient((client) => client.query('DROP DATABASE reference'));
});
