-- A small knowledge base and some dialogues about it, for a rehearsal: 50 documents of 20 passages, and 100 conversations.
-- The vectors lie in fifty clouds, one for each document, as those of related passages do.
INSERT INTO public.documents (source_url, title, content_sha256, published_on)
SELECT 'https://www.ndis.gov.au/guidelines/' || d,
       'Operational guideline ' || d,
       encode(sha256(convert_to('guideline ' || d, 'UTF8')), 'hex'),
       date '2025-07-01' + d
  FROM generate_series(1, 50) AS d;

-- A vector is the middle of its cloud and one of 64 small steps away from it: to make each number anew takes seconds.
WITH documents AS (
  SELECT id, title, row_number() OVER (ORDER BY id) AS n FROM public.documents
), clouds AS MATERIALIZED (
  SELECT id, title, n,
         (SELECT array_agg(sin(n * 7919 + d * 12.9898))::vector(1536) FROM generate_series(1, 1536) AS d) AS middle
    FROM documents
), steps AS MATERIALIZED (
  SELECT s,
         (SELECT array_agg((random() - 0.5) * 0.3)::vector(1536) FROM generate_series(1, 1536) WHERE s >= 0) AS step
    FROM generate_series(0, 63) AS s
)
INSERT INTO public.embeddings (document_id, passage, content, token_count, model, embedding)
SELECT clouds.id,
       p,
       'Passage ' || p || ' of ' || clouds.title,
       120 + p,
       'text-embedding-3-small',
       clouds.middle + steps.step
  FROM clouds
 CROSS JOIN generate_series(0, 19) AS p
  JOIN steps ON steps.s = (clouds.n * 20 + p) % 64;

INSERT INTO public.conversations (user_id, title)
SELECT 'subject-' || c, 'Question ' || c FROM generate_series(1, 100) AS c;

INSERT INTO public.messages (conversation_id, role, content, model)
SELECT id, 'user', 'Can my plan pay for it?', NULL FROM public.conversations
UNION ALL
SELECT id, 'assistant', 'That depends on the goals in your plan.', 'answer-model-1' FROM public.conversations;

INSERT INTO public.citations (message_id, embedding_id, rank, distance)
SELECT m.id, e.id, 1, 0.1
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM public.messages WHERE role = 'assistant') AS m
  JOIN (SELECT id, row_number() OVER (ORDER BY id) AS n FROM public.embeddings) AS e USING (n);
