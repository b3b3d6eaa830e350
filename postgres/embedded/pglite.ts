import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What a worker thread needs to open PGlite quickly: compiled once in this process, shared by all of them. */
export interface PGliteParts {
  readonly version: string;
  /** For a data directory that exists. */
  readonly wasm: WebAssembly.Module;
  /** Untouched: initdb relies on the very settings that `wasm` leaves out. */
  readonly initdbWasm: WebAssembly.Module;
  readonly files: SharedArrayBuffer;
  readonly extensions: Readonly<Record<string, string>>;
}

// Those that load in this build and that RDS offers as well. pgcrypto lacks OpenSSL here, pg_stat_statements its preload.
const extensions = [
  ...['vector', 'amcheck', 'bloom', 'btree_gin', 'btree_gist', 'citext', 'cube', 'dict_int', 'dict_xsyn'],
  ...['earthdistance', 'fuzzystrmatch', 'hstore', 'isn', 'lo', 'ltree', 'pg_buffercache', 'pg_freespacemap'],
  ...['pg_prewarm', 'pg_trgm', 'pg_visibility', 'pgrowlocks', 'pgstattuple', 'seg', 'tablefunc', 'tcn'],
  ...['tsm_system_rows', 'tsm_system_time', 'unaccent', 'uuid-ossp'],
];

// PGlite starts its server with fixed command-line settings, which outrank postgresql.conf, ALTER DATABASE … SET and
// ALTER ROLE … SET. Three of them would make this another server than RDS: sequential scans off (every EXPLAIN would
// lie), search_path and work_mem fixed. Each is turned into a setting of the same length that means nothing here.
const neutralised: readonly { before: string; after: string; becomes: string }[] = [
  { before: ' skipped=%.0f\0', after: '-f\0', becomes: '-k\0' },
  { before: 'heap_create_with_catalog\0', after: 'search_path=pg_catalog\0', becomes: 'plinth.pad0=pg_catalog\0' },
  { before: 'PT0S\0', after: '-S\0', becomes: '-k\0' },
  { before: 'wal_buffers=4MB\0', after: 'work_mem=4MB\0', becomes: 'plinth.w=4MB\0' },
  // Each session would begin by zeroing 128 MB: 0.1 s of the 0.27 s that it takes to open one. The files that it reads
  // are in this machine's own cache anyway.
  { before: 'temp_buffers=8MB\0', after: 'shared_buffers=128MB\0', becomes: 'shared_buffers= 16MB\0' },
];

let parts: Promise<PGliteParts> | undefined;

export function loadPGlite(): Promise<PGliteParts> {
  parts ??= load();
  return parts;
}

async function load(): Promise<PGliteParts> {
  const folder = dirname(require.resolve('@electric-sql/pglite'));
  const { version } = JSON.parse(readFileSync(join(folder, '..', 'package.json'), 'utf8')) as { version: string };
  const bytes = readFileSync(join(folder, 'postgres.wasm'));
  const data = readFileSync(join(folder, 'postgres.data'));
  const files = new SharedArrayBuffer(data.length);
  new Uint8Array(files).set(data);
  const initdbWasm = await WebAssembly.compile(bytes);
  for (const { before, after, becomes } of neutralised) replaceOnce(bytes, before, after, becomes, version);
  const bundles = extensions.map((name) => [name, join(folder, `${name}.tar.gz`)] as const);
  return {
    version,
    wasm: await WebAssembly.compile(bytes),
    initdbWasm,
    files,
    extensions: Object.fromEntries(
      bundles.filter(([, file]) => existsSync(file)).map(([name, file]) => [name, pathToFileURL(file).href]),
    ),
  };
}

function replaceOnce(bytes: Buffer, before: string, after: string, becomes: string, version: string): void {
  const at = bytes.indexOf(before + after, 0, 'latin1');
  if (at < 0 || bytes.indexOf(before + after, at + 1, 'latin1') >= 0) {
    const setting = JSON.stringify(after.replace('\0', ''));
    throw new Error(`PGlite ${version} does not hold its start setting ${setting} where 0.2.17 does; pin 0.2.17.`);
  }
  bytes.write(becomes, at + before.length, 'latin1');
}
