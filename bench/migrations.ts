import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { openPlace } from '../postgres/open';
import type { PostgresInstance } from '../postgres/place';
import { connectionUrl } from '../postgres/url-of';
import { type Peer, preparePeers } from './migrations-peers';

const runs = Number(process.env['PLINTH_BENCH_RUNS'] ?? 5);
const small = (i: number) =>
  `CREATE TABLE t${i} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, at timestamptz DEFAULT now());
CREATE INDEX t${i}_name ON t${i} (name);
`;
const tiny = (i: number) => `CREATE FUNCTION f${i}() RETURNS int LANGUAGE sql RETURN ${i};\n`;

interface Time {
  readonly whole: number;
  readonly work: number | undefined;
}

const median = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
const shown = (ms: number | undefined) => (ms === undefined || Number.isNaN(ms) ? '' : `${(ms / 1000).toFixed(2)} s`);

async function sql(instance: PostgresInstance, text: string): Promise<void> {
  const { host, port, master, ca } = instance;
  const client = new Client({ host, port, ...master, database: 'app', ssl: { ca } });
  await client.connect();
  await client.query(text);
  await client.end();
}

const withPort = (url: string, port: number) => url.replace(/:\d+\/(?=[^/@]*\?)/, `:${port}/`);

function run(peer: Peer, folder: string, instance: PostgresInstance, port: number): Time {
  const { host, master, ca, caFile } = instance;
  const database = 'bench';
  const url = withPort(connectionUrl(instance, master, database), port);
  const { program, args } = peer.command(folder);
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(program, [...args], {
    encoding: 'utf8',
    env: {
      ...process.env,
      ...{ PGHOST: host, PGPORT: String(port), PGUSER: master.user, PGPASSWORD: master.password, PGDATABASE: database },
      ...{ PGSSLMODE: 'verify-full', PGSSLROOTCERT: caFile, PGOPTIONS: '-c client_min_messages=warning' },
      ...{
        DATABASE_URL: url,
        PLINTH_BENCH: JSON.stringify({ target: { host, port, ...master, database, ca }, folder, url }),
      },
    },
  });
  const whole = performance.now() - start;
  if (status !== 0) throw new Error(`${peer.name} failed: ${stderr || stdout}`);
  return { whole, work: peer.inProcess ? Number(/[\d.]+$/.exec(stdout)?.[0]) : undefined };
}

function row(name: string, cells: readonly (readonly Time[])[]): void {
  const texts = cells.flatMap((times) => {
    const work = times.flatMap((time) => (time.work === undefined ? [] : [time.work]));
    return [shown(median(times.map(({ whole }) => whole))), shown(work.length === 0 ? undefined : median(work))];
  });
  process.stdout.write(`| ${name} | ${texts.join(' | ')} |\n`);
}

/** In a process of its own: this one stands still while it waits for a peer. */
async function startProxyProcess(target: number): Promise<{ port: number; stop(): void }> {
  const child = spawn(process.execPath, ['-r', 'tsx/cjs', join(__dirname, 'proxy.ts'), String(target), '2'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  return { port: Number(port.toString()), stop: () => child.kill() };
}

async function main(): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'plinth-bench-'));
  const place = await openPlace('native');
  const instance = await place.create({ database: 'app' });
  const far = await startProxyProcess(instance.port);
  try {
    const peers = preparePeers(root);
    const files = Array.from({ length: 200 }, (_, i) => small(i));
    const many = Array.from({ length: 1_000 }, (_, i) => tiny(i));
    process.stdout.write(`${place.description}; medians of ${runs}; "work" leaves out the start of the process.\n\n`);
    process.stdout.write(
      '| | 200 files, loopback | work | 2 ms round trip | work | no-op on 1,000 | work |\n|---|---|---|---|---|---|---|\n',
    );
    const folderOf = ({ name }: Peer, count: number) => join(root, `${name.replace(/\W+/g, '-')}-${count}`);
    for (const peer of peers) {
      for (const texts of [files, many]) {
        mkdirSync(folderOf(peer, texts.length), { recursive: true });
        peer.write(folderOf(peer, texts.length), texts);
      }
    }
    const fresh = async () => {
      await sql(instance, 'DROP DATABASE IF EXISTS bench');
      await sql(instance, 'CREATE DATABASE bench');
    };
    const times = new Map(peers.map((peer) => [peer, [[], [], []] as [Time[], Time[], Time[]]]));
    // In turn, so that whatever else the machine does meets all of them.
    for (let i = 0; i < runs; i++) {
      for (const [peer, [near, distant]] of times) {
        await fresh();
        near.push(run(peer, folderOf(peer, files.length), instance, instance.port));
        await fresh();
        distant.push(run(peer, folderOf(peer, files.length), instance, far.port));
      }
    }
    for (const [peer, [, , nothing]] of times) {
      // psql keeps no ledger, so it has no run that finds nothing to do.
      if (peer.name.startsWith('psql')) continue;
      await fresh();
      run(peer, folderOf(peer, many.length), instance, instance.port);
      for (let i = 0; i < runs; i++) nothing.push(run(peer, folderOf(peer, many.length), instance, instance.port));
    }
    for (const [peer, cells] of times) row(peer.name, cells);
  } finally {
    far.stop();
    await place.close();
    rmSync(root, { recursive: true, force: true });
  }
}

main().catch((error: Error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
