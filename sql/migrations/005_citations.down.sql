DROP TABLE public.citations;
