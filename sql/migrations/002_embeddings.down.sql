DROP TABLE public.embeddings;
