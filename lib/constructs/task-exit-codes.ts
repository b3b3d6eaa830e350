/** What the scripts in tasks/ exit with, as the end of "The task ended: …". */
export const taskExitCodes: Readonly<Record<string, string>> = {
  10: 'the database could not be logged in to.',
  11: 'pg_dump is older than the server, and would dump nothing, or not all.',
  12: 'pg_dump did not come to its end.',
  13: 'what was stored is not what was dumped: the checksums differ.',
  14: 'what was stored cannot be read as a dump.',
  15: 'the dump in S3 is not the one of the manifest: its size or its checksum differs.',
  16: 'pg_restore or the analysis of the restored tables failed.',
  20: 'the secret of the login could not be read.',
  21: 'the dump could not be stored in S3.',
  22: 'the dump could not be read back from S3.',
  23: 'the dump could not be brought from S3.',
  24: 'one container waited in vain for the other.',
  137: 'a container was killed: it had too little memory, or the task was stopped.',
};

/** With another try nothing would change. */
export const lastingExitCodes = [11];
