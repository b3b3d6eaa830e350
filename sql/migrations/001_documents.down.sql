DROP TABLE public.documents;
