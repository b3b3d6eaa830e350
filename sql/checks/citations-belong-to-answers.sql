-- title: Only answers cite passages
-- help: A citation that hangs on a question was written by a faulty release. Compare the newest deployments of the chatbot
--       with the dates of these citations before the copy goes into service.
SELECT NOT EXISTS (
  SELECT FROM public.citations AS c JOIN public.messages AS m ON m.id = c.message_id WHERE m.role <> 'assistant'
);
