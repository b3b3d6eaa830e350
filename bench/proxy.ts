import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Proxy {
  readonly port: number;
  close(): Promise<void>;
}

/** A TCP proxy on loopback that holds every byte back for half of the round trip, in each direction. */
export async function startProxy(target: number, roundTripMs: number): Promise<Proxy> {
  const open = new Set<Socket>();
  const pass = (from: Socket, to: Socket) => {
    open.add(from);
    // One timer for each chunk: they have the same length, so the order stays.
    from.on('data', (chunk) => setTimeout(() => to.writable && to.write(chunk), roundTripMs / 2));
    from.on('close', () => {
      open.delete(from);
      setTimeout(() => to.destroy(), roundTripMs);
    });
    from.on('error', () => to.destroy());
    from.setNoDelay(true);
  };
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    pass(client, upstream);
    pass(upstream, client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

if (require.main === module) {
  const [target, roundTripMs] = process.argv.slice(2).map(Number);
  startProxy(target ?? 0, roundTripMs ?? 0).then(({ port }) => process.stdout.write(`${port}\n`));
}
