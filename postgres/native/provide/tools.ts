import { PostgresPlaceError } from '../../place';
import { run } from '../account';

// A program and the Debian package that has it.
const packages = new Map([
  ['apt-get', 'apt'],
  ['apt-cache', 'apt'],
  ['dpkg-deb', 'dpkg'],
  ['tar', 'tar'],
  ['gzip', 'gzip'],
  ['xz', 'xz-utils'],
  ['patch', 'patch'],
  ['gcc', 'gcc'],
  ['npm', 'npm'],
]);

/** The programs that are needed; an error names all that are missing, and what to install. */
export async function requireTools(env: NodeJS.ProcessEnv = process.env): Promise<string[]> {
  const names = [...packages.keys()];
  const answers = await Promise.all(names.map((name) => run(name, ['--version'], { env })));
  const missing = names.filter((_, i) => answers[i]?.code !== 0);
  const wanted = missing.map((name) => packages.get(name) ?? name);
  if (!missing.includes('gcc') && !(await hasHeaders(env))) {
    missing.push("the C library's headers");
    wanted.push('libc6-dev');
  }
  if (missing.length === 0) return names;
  throw new PostgresPlaceError(
    `Missing here: ${missing.join(', ')}; install ${wanted.length === 1 ? 'the package' : 'the packages'} ${[...new Set(wanted)].join(' ')} and run this again.`,
  );
}

async function hasHeaders(env: NodeJS.ProcessEnv): Promise<boolean> {
  return (
    (await run('gcc', ['-E', '-include', 'stdio.h', '-x', 'c', '/dev/null', '-o', '/dev/null'], { env })).code === 0
  );
}

/** Runs a step; what it printed last is the reason when it fails. */
export async function step(program: string, args: readonly string[], cwd: string): Promise<string> {
  const answer = await run(program, args, { cwd, env: { ...process.env, LC_ALL: 'C' } });
  if (answer.code === 0) return answer.stdout;
  const lines = `${answer.stdout}\n${answer.stderr}`
    .split('\n')
    .filter((line) => /error|^E:|cannot|failed|npm ERR/i.test(line));
  throw new PostgresPlaceError(`\`${program} ${args[0] ?? ''}\` failed: ${(lines[0] ?? answer.failure).trim()}`);
}
