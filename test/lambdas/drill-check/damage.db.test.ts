import { kind } from '../../support/postgres';
import { type Copy, checkOf, failuresOf, ivfflat, useCopies } from './copy';

const { onCopy } = useCopies();

beforeEach(() => jest.spyOn(process.stdout, 'write').mockImplementation(() => true));
afterEach(() => jest.restoreAllMocks());

interface Damage {
  readonly name: string;
  /** A copy and its checks cost seconds: damages share one that do not touch each other, nor what others are judged by. */
  readonly copy: number;
  readonly does: (copy: Copy) => Promise<unknown>;
  /** Exactly these checks fail. */
  readonly fails: readonly string[];
  readonly found: Readonly<Record<string, string | RegExp>>;
}

const damages: readonly Damage[] = [
  {
    name: 'a table that was truncated before the backup',
    copy: 2,
    does: (copy) => copy.run('TRUNCATE public.conversations CASCADE'),
    fails: ['row-counts'],
    found: {
      'row-counts':
        /^public.citations fell from 100 rows at .* to 0 in the copy. public.conversations fell from 100 rows at .*Z to 0 in the copy. public.messages fell from 200/,
    },
  },
  {
    name: 'a table that lost more rows than may fall',
    copy: 1,
    does: (copy) => copy.run('DELETE FROM public.citations WHERE message_id % 100 < 30'),
    fails: ['row-counts'],
    found: { 'row-counts': /^public.citations fell from 100 rows at .*Z to \d\d in the copy.$/ },
  },
  {
    name: 'a table that holds less than its floor',
    copy: 4,
    does: (copy) => copy.run('TRUNCATE public.documents CASCADE'),
    fails: ['row-counts', 'row-floors'],
    found: { 'row-floors': 'public.documents: 0' },
  },
  {
    name: 'a table that lost its newest rows, and hardly shrank',
    copy: 4,
    does: (copy) => copy.run("UPDATE public.messages SET created_at = created_at - interval '61 minutes'"),
    fails: ['newest-rows'],
    found: {
      'newest-rows': /^public.messages: the newest by created_at is of .*Z, and was of .*Z at .*Z, 61 minutes newer.$/,
    },
  },
  {
    name: 'a table that is gone',
    copy: 3,
    does: (copy) => copy.run('DROP TABLE public.citations'),
    fails: ['schema', 'row-counts', 'indexes', 'foreign-keys', 'orphans'],
    found: {
      'row-counts': /^public.citations was there at .*Z, and is missing.$/,
      schema: /^Not as in the manifest of .* Not as in sql\/schema.sql.$/,
    },
  },
  {
    name: 'rows of another dimension in a column without one',
    copy: 5,
    does: (copy) =>
      copy.run(
        'DROP INDEX public.embeddings_ivfflat',
        'ALTER TABLE public.embeddings ALTER COLUMN embedding TYPE vector',
        "INSERT INTO public.embeddings (document_id, passage, content, token_count, model, embedding) VALUES (1, 99, 'x', 1, 'm', '[1,2,3]')",
        `CREATE INDEX embeddings_ivfflat ON public.embeddings USING ivfflat ((embedding::vector(1536)) vector_cosine_ops)
           WITH (lists = 20) WHERE vector_dims(embedding) = 1536`,
      ),
    fails: ['schema', 'dimensions:embeddings_ivfflat', 'vector-index:embeddings_ivfflat'],
    found: {
      'dimensions:embeddings_ivfflat':
        'The type is vector without a dimension; by all rows: 1,000 rows of 1536, 1 row of 3.',
    },
  },
  {
    name: 'a NULL where the config says that there is none',
    copy: 1,
    does: (copy) =>
      copy.run(
        'ALTER TABLE public.embeddings ALTER COLUMN embedding DROP NOT NULL',
        'UPDATE public.embeddings SET embedding = NULL WHERE id < 4',
      ),
    fails: ['schema', 'no-nulls'],
    found: { 'no-nulls': 'public.embeddings.embedding: 3 NULL, by all rows' },
  },
  {
    name: 'a B-tree that was dropped',
    copy: 1,
    does: (copy) => copy.run('DROP INDEX public.messages_conversation_id_id_idx'),
    fails: ['schema', 'indexes'],
    found: { indexes: 'Missing: public.messages_conversation_id_id_idx.' },
  },
  {
    name: 'a vector index that a restored dump could not build',
    copy: 2,
    does: (copy) => copy.run('DROP INDEX public.embeddings_ivfflat'),
    fails: ['indexes', 'vector-index:embeddings_ivfflat'],
    found: {
      indexes: 'Missing: public.embeddings_ivfflat.',
      'vector-index:embeddings_ivfflat': 'There is no index "embeddings_ivfflat" on public.embeddings.',
    },
  },
  {
    name: 'an invalid index',
    copy: 5,
    does: (copy) =>
      copy.asMaster(async (session) => {
        await session.query('SET ROLE shop_owner');
        await session.query('DROP INDEX public.citations_embedding_id_idx');
        await session.query(
          `CREATE FUNCTION public.fails(bigint) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT 1 / ($1 - $1) > 0'`,
        );
        // The build ends halfway, and leaves what it had begun.
        const build = 'CREATE INDEX CONCURRENTLY citations_embedding_id_idx ON public.citations (embedding_id)';
        await expect(session.query(`${build} WHERE public.fails(embedding_id)`)).rejects.toThrow('division by zero');
      }),
    fails: ['schema', 'indexes'],
    found: {
      indexes: /^Invalid: public.citations_embedding_id_idx. Not as it was: public.citations_embedding_id_idx.$/,
    },
  },
  {
    name: 'a vector index with other parameters than declared',
    copy: 3,
    does: (copy) => copy.run('DROP INDEX public.embeddings_ivfflat', ivfflat('embeddings_ivfflat', 'lists = 50')),
    fails: ['vector-index:embeddings_ivfflat'],
    found: {
      'vector-index:embeddings_ivfflat': '"embeddings_ivfflat" is not as declared: lists is 50, declared 20.',
    },
  },
  {
    name: 'a foreign key that was dropped, and a row that refers to nothing',
    copy: 6,
    does: (copy) =>
      copy.run(
        'ALTER TABLE public.messages DROP CONSTRAINT messages_conversation_id_fkey',
        'DELETE FROM public.conversations WHERE id IN (SELECT id FROM public.conversations LIMIT 2)',
      ),
    fails: ['schema', 'foreign-keys', 'orphans'],
    found: {
      'foreign-keys': 'Missing: public.messages.messages_conversation_id_fkey.',
      orphans: 'public.messages.messages_conversation_id_fkey: 4 rows without the row that they refer to.',
    },
  },
  {
    name: 'a foreign key that was added without validation',
    copy: 5,
    does: (copy) =>
      copy.run(
        'ALTER TABLE public.messages DROP CONSTRAINT messages_conversation_id_fkey',
        'DELETE FROM public.conversations WHERE id = (SELECT min(id::text)::uuid FROM public.conversations)',
        `ALTER TABLE public.messages ADD CONSTRAINT messages_conversation_id_fkey
           FOREIGN KEY (conversation_id) REFERENCES public.conversations(id) ON DELETE CASCADE NOT VALID`,
      ),
    fails: ['schema', 'foreign-keys', 'orphans'],
    found: {
      'foreign-keys': 'Not validated: public.messages.messages_conversation_id_fkey.',
      orphans: 'public.messages.messages_conversation_id_fkey: 2 rows without the row that they refer to.',
    },
  },
  {
    name: 'an extension that is missing',
    copy: 2,
    does: (copy) => copy.asMaster((session) => session.query('DROP EXTENSION pg_trgm')),
    fails: ['schema', 'extensions'],
    found: { extensions: 'pg_trgm is missing.' },
  },
  {
    name: 'a grant too many for the application',
    copy: 1,
    does: (copy) => copy.run('GRANT TRUNCATE ON public.documents TO app_user'),
    fails: ['privileges'],
    found: {
      privileges:
        'To be as declared, a deploy would change: Role app_user: may no longer TRUNCATE on 1 table (public.documents). app_user may drop 0 and truncate 1 tables and views.',
    },
  },
  {
    name: 'a grant to everybody',
    copy: 2,
    does: (copy) => copy.run('GRANT SELECT ON public.messages TO PUBLIC'),
    fails: ['privileges'],
    found: { privileges: /Role PUBLIC: may no longer SELECT on 1 table \(public.messages\)/ },
  },
  {
    name: 'a grant to a role that nobody declared',
    copy: 3,
    does: (copy) =>
      copy.asMaster(async (session) => {
        await session.query('CREATE ROLE visitor');
        await session.query('GRANT SELECT ON public.messages TO visitor');
      }),
    fails: ['privileges'],
    found: { privileges: 'Held by roles that are not declared: visitor: SELECT on table public.messages.' },
  },
  {
    name: 'an application that may act as the owner, and so drop everything',
    copy: 4,
    does: (copy) => copy.asMaster((session) => session.query('GRANT shop_owner TO app_user')),
    fails: ['privileges'],
    found: {
      privileges:
        /Role app_user: no longer a member of shop_owner.* app_user may drop 9 and truncate 9 tables and views.$/,
    },
  },
  {
    name: 'a migration that is behind',
    copy: 8,
    does: (copy) => copy.run("DELETE FROM plinth.migrations WHERE name = 'citations'", 'DROP TABLE public.citations'),
    fails: ['migrations', 'schema'],
    found: { migrations: '4 of 5 migrations, the newest is 004_messages. It is behind by 1: 005_citations.' },
  },
  {
    name: 'a migration that was edited',
    copy: 7,
    does: (copy) => copy.run("UPDATE plinth.migrations SET checksum = repeat('0', 64) WHERE name = 'messages'"),
    fails: ['migrations'],
    found: { migrations: /Other than deployed, or not finished: 004_messages.$/ },
  },
  {
    name: 'a database without heartbeats and manifests',
    copy: 7,
    does: (copy) => copy.run('DROP TABLE plinth.heartbeats, plinth.manifests'),
    fails: ['heartbeat', 'manifest', 'row-counts', 'newest-rows', 'rpo'],
    found: {
      heartbeat: 'There is no heartbeat in the copy.',
      manifest: 'There is none, so nothing tells what the copy should hold.',
      rpo: 'The loss cannot be told without a heartbeat.',
    },
  },
];

// Where time is no matter, each has a copy of its own.
const apart = kind !== 'embedded' && process.env['PLINTH_LONG_TESTS'] === '1';
const copyOf = ({ copy }: Damage, at: number) => (apart ? at : copy);
const copies = new Map<number, Damage[]>();
damages.forEach((damage, at) => {
  const copy = copyOf(damage, at);
  copies.set(copy, [...(copies.get(copy) ?? []), damage]);
});

for (const together of copies.values()) {
  onCopy(`catches ${together.map(({ name }) => name).join('; ')}`, async (copy) => {
    for (const { does } of together) await does(copy);
    const answer = await copy.check();
    const expected = new Set(together.flatMap(({ fails }) => fails));
    expect(new Set(failuresOf(answer))).toEqual(expected);
    expect(answer.Passed).toBe(false);
    for (const [check, text] of together.flatMap(({ found }) => Object.entries(found))) {
      const finding = checkOf(answer, check).Found;
      if (typeof text === 'string') expect(finding).toBe(text);
      else expect(finding).toMatch(text);
    }
  });
}
