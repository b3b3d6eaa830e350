CREATE TABLE public.conversations (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id text NOT NULL CHECK (user_id <> ''),
  title text,
  closed_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK (closed_at >= created_at)
);

-- The list of one's own conversations, newest first.
CREATE INDEX conversations_user_id_created_at_idx ON public.conversations (user_id, created_at DESC);

COMMENT ON TABLE public.conversations IS 'A dialogue of one person with the chatbot';
COMMENT ON COLUMN public.conversations.user_id IS 'The subject of the sign-in token; never a name, an address or an NDIS number';
