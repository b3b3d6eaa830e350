// The worker thread that runs one session's Postgres. Plain JavaScript, because a worker starts without the TypeScript
// loader, and 30 ms instead of 200 ms is what each connection waits.
// @ts-check
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';

/** @typedef {{ dataDir: string, user: string, database: string, initdb: boolean }} Open */
/** @typedef {import('./pglite').PGliteParts & { trusted: readonly string[] }} Parts */

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);
const { wasm, initdbWasm, files, extensions, trusted } = /** @type {Parts} */ (workerData);
const extensionFolder = '/tmp/pglite/share/postgresql/extension';

/** @type {PGlite | undefined} */
let db;

/** @param {Open} request */
async function open({ dataDir, user, database, initdb }) {
  const bundles = Object.entries(extensions).map(([name, url]) => [
    name,
    { name, setup: async () => ({ bundlePath: new URL(url) }) },
  ]);
  db = await PGlite.create({
    dataDir,
    username: user,
    database,
    wasmModule: initdb ? initdbWasm : wasm,
    fsBundle: new Blob([new Uint8Array(files)]),
    extensions: Object.fromEntries(bundles),
  });
  // RDS lets its master create these, although their authors did not mark them as trusted.
  for (const name of trusted) {
    const file = `${extensionFolder}/${name}.control`;
    const fs = db.Module.FS;
    if (fs.analyzePath(file).exists) fs.writeFile(file, `${fs.readFile(file, { encoding: 'utf8' })}\ntrusted = true\n`);
  }
  // PGlite sets it for the session; a real session has what its database and its role say.
  if (!initdb) await db.exec('RESET search_path');
}

/**
 * One message at a time, for this build loses its place when an error comes in the middle of several. It then says
 * ReadyForQuery after each; a client expects one, after a query or a Sync. And after an error in the extended protocol,
 * what stands before the Sync is passed over, as a server does.
 * @param {Uint8Array[]} messages
 */
async function exec(messages) {
  if (!db) throw new Error('no session is open');
  const answers = [];
  let failed = false;
  for (const message of messages) {
    const type = String.fromCharCode(message[0] ?? 0);
    if (type === 'H' || (failed && type !== 'S')) continue;
    const answer = Buffer.from(await db.execProtocolRaw(message, { syncToFs: false }));
    const ends = type === 'Q' || type === 'S' || type === 'F';
    const ready = answer.length >= 6 && answer[answer.length - 6] === 0x5a;
    if (!ready) throw new Error(`the embedded Postgres lost its place after a message of type ${type}`);
    answers.push(ends ? answer : answer.subarray(0, answer.length - 6));
    failed = !ends && hasError(answer);
  }
  return Buffer.concat(answers);
}

/** @param {Buffer} answer */
function hasError(answer) {
  for (let at = 0; at + 5 <= answer.length; at += 1 + answer.readInt32BE(at + 1)) if (answer[at] === 0x45) return true;
  return false;
}

async function close() {
  await db?.close();
  db = undefined;
}

port.on('message', async (/** @type {any} */ request) => {
  try {
    const result =
      request.kind === 'open'
        ? await open(request)
        : request.kind === 'exec'
          ? await exec(request.messages)
          : await close();
    port.postMessage({ id: request.id, result });
  } catch (error) {
    port.postMessage({ id: request.id, error: error instanceof Error ? error.message : String(error) });
  }
});
