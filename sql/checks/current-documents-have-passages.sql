-- title: Every current document has at least one passage
-- help: A document without passages is never found. Load the documents that this names again, and look at the log of the
--       loader for the time of the backup.
SELECT d.id
  FROM public.documents AS d
 WHERE d.superseded_at IS NULL
   AND NOT EXISTS (SELECT FROM public.embeddings AS e WHERE e.document_id = d.id);
