-- The passages of a document, each with its vector. The index for the nearest-neighbour search is declared in
-- plinth.config.ts and built apart from the migrations, because it is best built when the rows are there.
CREATE TABLE public.embeddings (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  document_id bigint NOT NULL REFERENCES public.documents (id) ON DELETE CASCADE,
  passage integer NOT NULL CHECK (passage >= 0),
  content text NOT NULL CHECK (content <> ''),
  token_count integer NOT NULL CHECK (token_count > 0),
  model text NOT NULL,
  embedding vector(1536) NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- It begins with document_id, so it also serves the foreign key.
  CONSTRAINT embeddings_passage_key UNIQUE (document_id, passage, model)
);

COMMENT ON TABLE public.embeddings IS 'One passage of a document and its vector';
COMMENT ON COLUMN public.embeddings.passage IS 'Place in the document, counted from 0';
COMMENT ON COLUMN public.embeddings.model IS 'The model that made the vector; vectors of two models cannot be compared';
