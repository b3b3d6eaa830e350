-- The schema that the migrations make. Written by "plinth migrate schema --write"; an edit here changes nothing.

CREATE EXTENSION vector;

CREATE TABLE public.citations (
  message_id bigint NOT NULL,
  embedding_id bigint NOT NULL,
  rank smallint NOT NULL,
  distance double precision NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT citations_pkey PRIMARY KEY (message_id, embedding_id),
  CONSTRAINT citations_rank_key UNIQUE (message_id, rank),
  CONSTRAINT citations_distance_check CHECK ((distance >= (0)::double precision)),
  CONSTRAINT citations_rank_check CHECK ((rank > 0)),
  CONSTRAINT citations_embedding_id_fkey FOREIGN KEY (embedding_id) REFERENCES public.embeddings(id) ON DELETE RESTRICT,
  CONSTRAINT citations_message_id_fkey FOREIGN KEY (message_id) REFERENCES public.messages(id) ON DELETE CASCADE
);
CREATE INDEX citations_embedding_id_idx ON public.citations USING btree (embedding_id);

CREATE TABLE public.conversations (
  id uuid DEFAULT gen_random_uuid() NOT NULL,
  user_id text NOT NULL,
  title text,
  closed_at timestamp with time zone,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT conversations_pkey PRIMARY KEY (id),
  CONSTRAINT conversations_check CHECK ((closed_at >= created_at)),
  CONSTRAINT conversations_user_id_check CHECK ((user_id <> ''::text))
);
CREATE INDEX conversations_user_id_created_at_idx ON public.conversations USING btree (user_id, created_at DESC);

CREATE TABLE public.documents (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  source_url text NOT NULL,
  title text NOT NULL,
  content_sha256 text NOT NULL,
  published_on date,
  superseded_at timestamp with time zone,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT documents_pkey PRIMARY KEY (id),
  CONSTRAINT documents_edition_key UNIQUE (source_url, content_sha256),
  CONSTRAINT documents_content_sha256_check CHECK ((content_sha256 ~ '^[0-9a-f]{64}$'::text)),
  CONSTRAINT documents_source_url_check CHECK ((source_url ~~ 'https://%'::text)),
  CONSTRAINT documents_title_check CHECK ((title <> ''::text))
);
CREATE UNIQUE INDEX documents_current_key ON public.documents USING btree (source_url) WHERE (superseded_at IS NULL);

CREATE TABLE public.embeddings (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  document_id bigint NOT NULL,
  passage integer NOT NULL,
  content text NOT NULL,
  token_count integer NOT NULL,
  model text NOT NULL,
  embedding public.vector(1536) NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT embeddings_pkey PRIMARY KEY (id),
  CONSTRAINT embeddings_passage_key UNIQUE (document_id, passage, model),
  CONSTRAINT embeddings_content_check CHECK ((content <> ''::text)),
  CONSTRAINT embeddings_passage_check CHECK ((passage >= 0)),
  CONSTRAINT embeddings_token_count_check CHECK ((token_count > 0)),
  CONSTRAINT embeddings_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.documents(id) ON DELETE CASCADE
);

CREATE TABLE public.messages (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  conversation_id uuid NOT NULL,
  role text NOT NULL,
  content text NOT NULL,
  model text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT messages_pkey PRIMARY KEY (id),
  CONSTRAINT messages_check CHECK (((role = 'assistant'::text) = (model IS NOT NULL))),
  CONSTRAINT messages_role_check CHECK ((role = ANY (ARRAY['user'::text, 'assistant'::text, 'system'::text]))),
  CONSTRAINT messages_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.conversations(id) ON DELETE CASCADE
);
CREATE INDEX messages_conversation_id_id_idx ON public.messages USING btree (conversation_id, id);

COMMENT ON TABLE public.citations IS 'The passages behind an answer, nearest first';
COMMENT ON COLUMN public.citations.distance IS 'Cosine distance between the question and the passage';
COMMENT ON TABLE public.conversations IS 'A dialogue of one person with the chatbot';
COMMENT ON COLUMN public.conversations.user_id IS 'The subject of the sign-in token; never a name, an address or an NDIS number';
COMMENT ON TABLE public.documents IS 'One edition of a document that answers may be drawn from';
COMMENT ON COLUMN public.documents.content_sha256 IS 'Digest of the text as it was fetched, in hexadecimal';
COMMENT ON COLUMN public.documents.superseded_at IS 'When a newer edition took its place; null for the current one';
COMMENT ON TABLE public.embeddings IS 'One passage of a document and its vector';
COMMENT ON COLUMN public.embeddings.model IS 'The model that made the vector; vectors of two models cannot be compared';
COMMENT ON COLUMN public.embeddings.passage IS 'Place in the document, counted from 0';
COMMENT ON TABLE public.messages IS 'What was said in a conversation, in the order of id';
