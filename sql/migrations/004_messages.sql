CREATE TABLE public.messages (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  conversation_id uuid NOT NULL REFERENCES public.conversations (id) ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('user', 'assistant', 'system')),
  content text NOT NULL,
  model text,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- An answer says which model gave it; nothing else has one.
  CHECK ((role = 'assistant') = (model IS NOT NULL))
);

CREATE INDEX messages_conversation_id_id_idx ON public.messages (conversation_id, id);

COMMENT ON TABLE public.messages IS 'What was said in a conversation, in the order of id';
