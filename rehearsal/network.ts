import type { Account } from './account';
import type { Routed } from './functions/process';
import { foreignSubnets, type Route, routeToDatabase, routeToService, type Seat } from './routes/routes';
import type { Databases } from './services/databases';

/** Who connects: a function or a task, and where it sits; without a seat it is outside of every VPC. */
export interface Origin {
  readonly name: string;
  readonly vpc?: Seat;
}

/** One connection that a function or a task asked for. */
export interface Connection {
  readonly function: string;
  readonly to: string;
  readonly port: number;
  readonly open: boolean;
  /** What let it through, by where it stands in the templates. */
  readonly by: readonly string[];
  readonly because?: string;
}

export interface NetworkOptions {
  readonly account: Account;
  readonly databases: Databases;
  /** Where the services answer. */
  readonly servicesPort: () => number;
  readonly connected: (connection: Connection) => void;
  /** What the reader of the report has to know. */
  readonly note: (sentence: string) => void;
  /** A fault: what becomes of a connection to a database. */
  readonly through: (port: number, from: Origin) => Promise<number>;
}

/** Decides, for each connection of a function, where it goes: as names, routes and security groups would. */
export function networkOf({ account, databases, servicesPort, connected, note, through }: NetworkOptions) {
  return async (from: Origin, host: string, port: number): Promise<Routed> => {
    const tell = (route: Route) =>
      connected({
        function: from.name,
        to: host,
        port,
        open: route.open,
        by: route.open ? route.by : [],
        ...(!route.open && { because: route.because }),
      });
    const foreign = foreignSubnets(account, from.vpc);
    if (foreign.length > 0) {
      note(
        `No template holds ${foreign.join(' and ')}: the route tables and addresses of such subnets are not known, and ways from there are judged by security groups and endpoints alone.`,
      );
    }
    const database = databases.at(host);
    if (database) {
      const route = routeToDatabase(account, from.vpc, database);
      tell(route);
      if (!route.open) return timedOut(host, port);
      if (port !== database.port) return refused(host, port);
      if (!database.postgres) return refused(host, port);
      const local = database.postgres.port;
      return { port: await through(local, from) };
    }
    const service = serviceOf(host, account.region);
    if (service === undefined) {
      tell({ open: false, because: `The rehearsal knows no host ${host}.` });
      return { error: { code: 'ENOTFOUND', message: `getaddrinfo ENOTFOUND ${host}`, syscall: 'getaddrinfo' } };
    }
    const route = routeToService(account, from.vpc, service);
    tell(route);
    return route.open ? { port: servicesPort() } : timedOut(host, port);
  };
}

/** `ssm.eu-west-1.amazonaws.com`, `bucket.s3.eu-west-1.amazonaws.com`. */
function serviceOf(host: string, region: string): string | undefined {
  const end = `.${region}.amazonaws.com`;
  if (!host.endsWith(end)) return undefined;
  return host.slice(0, -end.length).split('.').at(-1);
}

// Told at once: in AWS it would take two minutes, and nothing is learned from waiting for it.
const timedOut = (host: string, port: number): Routed => ({
  error: { code: 'ETIMEDOUT', message: `connect ETIMEDOUT ${host}:${port}`, syscall: 'connect' },
});

const refused = (host: string, port: number): Routed => ({
  error: { code: 'ECONNREFUSED', message: `connect ECONNREFUSED ${host}:${port}`, syscall: 'connect' },
});
