import { createServer } from 'node:net';
import { join } from 'node:path';
import type { CertificateAuthority } from '../certificates';
import type { InstanceOptions } from '../place';
import type { Account } from './account';
import type { Home } from './home';
import { writeServerConfig } from './server-config';
import { PortTaken, type ServerProcess, startServer } from './server-process';
import type { ServerTree } from './tree';

export interface Shared {
  readonly tree: ServerTree;
  readonly account: Account | undefined;
  readonly runFolder: string;
  readonly authority: CertificateAuthority;
}

// Between the look for a free port and the server's taking it, another program may be faster.
const portAttempts = 5;

/** Starts the server with the options' settings, on their port or a free one. */
export async function bootOnFreePort(around: Shared, options: InstanceOptions, home: Home, replayTo: Date | undefined) {
  const names = ['localhost', '127.0.0.1', ...(options.hostNames ?? [])];
  const certificate = await around.authority.issue([...new Set(names)]);
  for (let attempt = 1; ; attempt++) {
    const port = options.port || (await freePort());
    const recovery = replayTo && { restoreCommand: `cp "${shellPath(home)}/%f" "%p"`, targetTime: replayTo };
    const config = {
      data: home.data,
      port,
      socketFolder: home.socketFolder,
      certificate,
      archive: options.archive ?? false,
      parameters: options.parameters ?? {},
      account: around.account,
    };
    await writeServerConfig(recovery ? { ...config, recovery } : config);
    try {
      const server = await boot(around, home, port);
      // The next start replays nothing any more.
      if (recovery) await writeServerConfig(config);
      return { server, port };
    } catch (error) {
      if (!(error instanceof PortTaken) || options.port || attempt === portAttempts) throw error;
    }
  }
}

// Postgres puts % codes into the command, and a shell reads it.
function shellPath(home: Home): string {
  return join(home.temporary, 'replay')
    .replaceAll('%', '%%')
    .replace(/["$`\\]/g, '\\$&');
}

/** Starts it with the settings that it has. */
export function boot(around: Shared, home: Home, port: number): Promise<ServerProcess> {
  const { tree, account, runFolder } = around;
  const { data, socketFolder, logFile } = home;
  return startServer({ bin: tree.bin, data, socketFolder, port, logFile, runFolder, account });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
