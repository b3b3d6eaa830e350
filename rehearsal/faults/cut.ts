import { connect, createServer, type Socket } from 'node:net';

/** A port that hands one connection on, and cuts it when so many bytes have come back from the server. */
export function cutAfter(bytes: number, port: number): Promise<number> {
  const server = createServer((client) => {
    server.close();
    const target = connect(port, '127.0.0.1');
    let left = bytes;
    const cut = () => {
      client.resetAndDestroy();
      target.destroy();
    };
    client.pipe(target);
    target.on('data', (data: Buffer) => {
      left -= data.length;
      if (left < 0) cut();
      else client.write(data);
    });
    for (const socket of [client, target] as Socket[]) socket.on('error', cut).on('close', cut);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
}
