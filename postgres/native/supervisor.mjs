// Runs one server and outlives the program that asked for it by a moment: when the pipe on standard input closes, the
// server is stopped at once and everything in the run folder goes. Its own session keeps a terminal's Ctrl-C away.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';

const [runFolder = '', postgres = '', data = '', uid = '', gid = '', otherProcess = ''] = process.argv.slice(2);
/** @type {NodeJS.ProcessEnv} */
const env = { ...process.env };
// A lock file may name a process id that now belongs to something else. A server takes no offence at its "grandparent",
// and still looks whether the old one's shared memory is in use.
if (otherProcess) env['PG_GRANDPARENT_PID'] = otherProcess;

const account = uid ? { uid: Number(uid), gid: Number(gid) } : {};
const server = spawn(postgres, ['-D', data], { cwd: '/', stdio: ['ignore', 'inherit', 'inherit'], env, ...account });
let abandoned = false;

server.once('error', (error) => {
  console.error(`FATAL:  ${error.message}`);
  process.exit(1);
});
server.once('exit', (code) => {
  if (abandoned) rmSync(runFolder, { recursive: true, force: true, maxRetries: 20, retryDelay: 20 });
  process.exit(code ?? 1);
});

process.stdin.on('data', (chunk) => {
  if (String(chunk).includes('immediate')) stopNow();
  else server.kill('SIGINT');
});
process.stdin.once('end', abandon);
process.stdin.once('error', abandon);
process.once('SIGTERM', abandon);
process.once('SIGHUP', abandon);
process.once('SIGINT', abandon);

function abandon() {
  abandoned = true;
  stopNow();
}

function stopNow() {
  server.kill('SIGQUIT');
  // The server itself gives its children five seconds before it kills them; after that it is not going to.
  setTimeout(() => server.kill('SIGKILL'), 8000).unref();
}
