import type { PostgresInstance } from './place';

/** The string that an application gets: verified TLS, in the form that libpq and its kin read. */
export function connectionUrl(
  instance: PostgresInstance,
  role = instance.master,
  database = instance.database,
): string {
  const url = new URL(`postgresql://${instance.host}:${instance.port}`);
  url.username = encodeURIComponent(role.user);
  url.password = encodeURIComponent(role.password);
  url.pathname = `/${encodeURIComponent(database)}`;
  url.searchParams.set('sslmode', 'verify-full');
  url.searchParams.set('sslrootcert', instance.caFile);
  // Slashes in a query need no escape, and a path that can be read can be checked.
  return url.href.replace(/%2F/g, '/');
}
