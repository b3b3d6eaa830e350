/**
 * What the tasks run: images that others keep, pinned to a version. PostgreSQL's own is at least as new as the server,
 * and newer than the flaws of pg_dump and pg_restore that were mended in 16.10 to 16.16.
 */
export const taskImages = {
  postgres: 'public.ecr.aws/docker/library/postgres:16.16-bookworm',
  storage: 'public.ecr.aws/aws-cli/aws-cli:2.31.0',
} as const;
