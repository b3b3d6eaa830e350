/**
 * The ledger's own tables, one step for each format. A step that has been released is never edited: databases out there
 * are at every format. Each one only adds, because after a rollback an older build reads a newer ledger.
 */
export const formats: readonly ((schema: string) => string)[] = [
  (schema) => `
    CREATE TABLE ${schema}.ledger (format integer NOT NULL);
    INSERT INTO ${schema}.ledger VALUES (0);
    CREATE TABLE ${schema}.migrations (
      version bigint NOT NULL,
      name text NOT NULL,
      id text NOT NULL,
      checksum text NOT NULL,
      state text NOT NULL CHECK (state IN ('applied', 'unfinished', 'undoing')),
      how text NOT NULL CHECK (how IN ('run', 'stamp', 'prisma')),
      applied_by text NOT NULL DEFAULT session_user,
      applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      duration_ms bigint,
      build text,
      statements integer,
      statements_done integer,
      statement_started integer,
      done_checksum text,
      PRIMARY KEY (version, name)
    );
    COMMENT ON TABLE ${schema}.migrations IS 'Which migrations this database has; written by plinth migrate';
    COMMENT ON COLUMN ${schema}.migrations.checksum IS 'SHA-256 of the normalised text of the file';
    COMMENT ON COLUMN ${schema}.migrations.statement_started IS 'Counted from 0; set while a statement runs that no transaction can hold';
    COMMENT ON COLUMN ${schema}.migrations.done_checksum IS 'SHA-256 of the statements that are done, while the file is unfinished'`,
  (schema) => `
    ALTER TABLE ${schema}.migrations ADD snapshot_id text;
    COMMENT ON COLUMN ${schema}.migrations.snapshot_id IS 'The snapshot of the database that was taken before this migration'`,
];
