import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Routed } from '../functions/process';

/** Where a connection of the task to this host and port goes. */
export type Connect = (host: string, port: number) => Promise<Routed>;

/**
 * The network of one task. A program cannot be told from inside where its connections go, so it gets two ways out that
 * know: a proxy for what speaks HTTPS, and a relay for each database. Names stay the true ones, and TLS goes through.
 */
export class Tunnels {
  readonly #servers: (Server | HttpServer)[] = [];
  readonly #sockets = new Set<Duplex>();

  constructor(private readonly route: Connect) {}

  /** The address of a proxy for HTTPS. */
  async proxy(): Promise<string> {
    const server = createHttpServer((_, response) => response.writeHead(403).end('Only CONNECT goes through here.'));
    server.on('connect', (request, client: Duplex, head: Buffer) => {
      const [host = '', port = '443'] = (request.url ?? '').split(':');
      void this.through(client, host, Number(port), (onward) => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        onward.write(head);
      });
    });
    return `http://127.0.0.1:${await this.listen(server)}`;
  }

  /** A port of this machine that leads to one host and port. */
  async relay(host: string, port: number): Promise<number> {
    return this.listen(createServer((client) => void this.through(client, host, port, () => {})));
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(this.#servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }

  private async through(client: Duplex, host: string, port: number, open: (onward: Socket) => void): Promise<void> {
    this.keep(client);
    const routed = await this.route(host, port);
    if ('error' in routed) {
      client.destroy();
      return;
    }
    const onward = connect({ host: '127.0.0.1', port: routed.port }, () => {
      open(onward);
      onward.pipe(client);
      client.pipe(onward);
    });
    this.keep(onward);
    onward.once('close', () => client.destroy());
    client.once('close', () => onward.destroy());
  }

  private keep(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#sockets.delete(socket));
  }

  private listen(server: Server | HttpServer): Promise<number> {
    this.#servers.push(server);
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
    });
  }
}
