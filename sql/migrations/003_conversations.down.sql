DROP TABLE public.conversations;
