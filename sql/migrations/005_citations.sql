-- Which passages an answer was drawn from. A passage that has been cited cannot vanish while the answer stands.
CREATE TABLE public.citations (
  message_id bigint NOT NULL REFERENCES public.messages (id) ON DELETE CASCADE,
  embedding_id bigint NOT NULL REFERENCES public.embeddings (id) ON DELETE RESTRICT,
  rank smallint NOT NULL CHECK (rank > 0),
  distance double precision NOT NULL CHECK (distance >= 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (message_id, embedding_id),
  CONSTRAINT citations_rank_key UNIQUE (message_id, rank)
);

CREATE INDEX citations_embedding_id_idx ON public.citations (embedding_id);

COMMENT ON TABLE public.citations IS 'The passages behind an answer, nearest first';
COMMENT ON COLUMN public.citations.distance IS 'Cosine distance between the question and the passage';
