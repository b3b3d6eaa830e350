import type { Server } from '../shared/contract';
import type { Credentials } from './rotate';

/** What the application is to read. libpq and its kin verify the certificate and the host by it. */
export function connectionString({ Host, Port }: Server, { user, password }: Credentials, database: string): string {
  const [name, secret, path] = [user, password, database].map(encodeURIComponent);
  return `postgresql://${name}:${secret}@${Host}:${Port}/${path}?sslmode=verify-full`;
}

/** Who logs in by it; undefined where somebody put another thing into the parameter. */
export function credentialsOf(text: string): Credentials | undefined {
  try {
    const { protocol, username, password } = new URL(text);
    if (!/^postgres(ql)?:$/.test(protocol) || username === '') return undefined;
    return { user: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    return undefined;
  }
}
