// The chatbot's own migrations, as the deploy runs them: as an owner that may not log in, with pgvector already there.
import { join } from 'node:path';
import type { Client } from 'pg';
import { analyse } from '../../../lambdas/migrations/analyse';
import { loadMigrations, readMigrationFolder } from '../../../lambdas/migrations/files';
import { openEmbeddedPlace } from '../../../postgres/embedded';
import { withPostgres } from './server';

const load = async () =>
  loadMigrations(await readMigrationFolder(join(__dirname, '../../../sql/migrations')), { forbidGaps: true });

const tables = async (client: Client) =>
  (
    await client.query(
      "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1",
    )
  ).rows.map(({ relname }) => relname);

it('have nothing that the lint would say, even with every rule on', async () => {
  const policy = { 'timestamp-without-time-zone': 'error' } as const;
  expect(await analyse(await load(), { policy })).toEqual([]);
});

it('apply as the owner role, hold what they are for, and can be undone to the last table and applied again', async () => {
  const { files } = await load();
  await withPostgres(async (client) => {
    await client.query('CREATE EXTENSION vector; CREATE ROLE ndis_chatbot_owner NOLOGIN');
    await client.query('GRANT ndis_chatbot_owner TO CURRENT_USER WITH INHERIT TRUE, SET TRUE');
    await client.query('GRANT CREATE ON SCHEMA public TO ndis_chatbot_owner');
    await client.query('SET ROLE ndis_chatbot_owner');
    for (const { text } of files) await client.query(text);
    expect(await tables(client)).toEqual(['citations', 'conversations', 'documents', 'embeddings', 'messages']);
    await client.query(`
      INSERT INTO documents (source_url, title, content_sha256) VALUES ('https://example.org/a', 'A', repeat('a', 64));
      INSERT INTO embeddings (document_id, passage, content, token_count, model, embedding)
        SELECT id, 0, 'text', 1, 'm', array_fill(0.5, ARRAY[1536])::vector FROM documents;
      INSERT INTO conversations (user_id) VALUES ('u');
      INSERT INTO messages (conversation_id, role, content, model) SELECT id, 'assistant', 'x', 'm' FROM conversations;
      INSERT INTO citations (message_id, embedding_id, rank, distance)
        SELECT m.id, e.id, 1, 0.1 FROM messages AS m, embeddings AS e;
    `);
    await expect(client.query('DELETE FROM documents')).rejects.toMatchObject({ code: '23503' });
    for (const { down } of [...files].reverse()) await client.query(down?.text ?? '');
    expect(await tables(client)).toEqual([]);
    for (const { text } of files) await client.query(text);
  }, openEmbeddedPlace);
});
