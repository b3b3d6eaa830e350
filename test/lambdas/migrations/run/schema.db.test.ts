import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder, loadMigrations, readMigrationFolder } from '../../../../lambdas/migrations/files';
import { renderSchema } from '../../../../lambdas/migrations/schema/render';
import { up } from '../../../../lambdas/migrations/up';
import { schemaFile, verify } from '../../../../lambdas/migrations/verify';
import { testNeeding, usePostgres } from '../../../support/postgres';
import { clean } from './helpers';

const postgres = usePostgres();
beforeEach(() => postgres.withClient(clean));

const sql = join(__dirname, '../../../../sql');
const project = async () =>
  inFolder(loadMigrations(await readMigrationFolder(join(sql, 'migrations'))), 'sql/migrations');

testNeeding(
  ['vector'],
  postgres,
  'sql/schema.sql is what the migrations make, and a change by hand shows as a diff',
  async () => {
    await postgres.withClient(async (client) => {
      await client.query('CREATE EXTENSION vector');
      await up(client, await project());
      const { text } = await renderSchema(client);
      const expectedSchema = readFileSync(join(sql, 'schema.sql'), 'utf8');
      expect(expectedSchema).toBe(schemaFile(text));
      expect(await verify(client, await project(), { expectedSchema })).toMatchObject({
        ok: true,
        drift: '',
        problems: [],
      });
      expect(
        (await verify(client, await project(), { expectedSchema: expectedSchema.replaceAll('\n', '\r\n') })).ok,
      ).toBe(true);
      await client.query(
        'CREATE INDEX by_hand ON public.documents (title); ALTER TABLE public.messages ALTER content DROP NOT NULL',
      );
      const found = await verify(client, await project(), { expectedSchema, ignoreIndexes: ['other'] });
      expect(found.ok).toBe(false);
      expect(found.drift).toContain('+CREATE INDEX by_hand ON public.documents USING btree (title);');
      expect(found.drift).toContain('-  content text NOT NULL,\n+  content text,');
      await client.query('ALTER TABLE public.messages ALTER content SET NOT NULL');
      expect((await verify(client, await project(), { expectedSchema, ignoreIndexes: ['by_hand'] })).ok).toBe(true);
    });
  },
);
