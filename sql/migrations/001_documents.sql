-- What the chatbot may answer from: guidelines, price lists, forms and pages about the NDIS. A new edition of a document
-- is a new row, so that an old answer can still be traced to what it was taken from.
CREATE TABLE public.documents (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source_url text NOT NULL CHECK (source_url LIKE 'https://%'),
  title text NOT NULL CHECK (title <> ''),
  content_sha256 text NOT NULL CHECK (content_sha256 ~ '^[0-9a-f]{64}$'),
  published_on date,
  superseded_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT documents_edition_key UNIQUE (source_url, content_sha256)
);

-- One edition at a time is current.
CREATE UNIQUE INDEX documents_current_key ON public.documents (source_url) WHERE superseded_at IS NULL;

COMMENT ON TABLE public.documents IS 'One edition of a document that answers may be drawn from';
COMMENT ON COLUMN public.documents.content_sha256 IS 'Digest of the text as it was fetched, in hexadecimal';
COMMENT ON COLUMN public.documents.superseded_at IS 'When a newer edition took its place; null for the current one';
