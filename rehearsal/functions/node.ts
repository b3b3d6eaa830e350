import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

export interface NodeBinary {
  readonly path: string;
  readonly version: string;
  /** Whether it is of the major version that the template asks for. */
  readonly asDeployed: boolean;
}

const found = new Map<string, NodeBinary>();

/** The Node of a Lambda runtime (`nodejs24.x`) where this machine has one, else the one that runs now. */
export function nodeFor(runtime: string): NodeBinary {
  const known = found.get(runtime);
  if (known) return known;
  const major = /^nodejs(\d+)\.x$/.exec(runtime)?.[1] ?? '';
  const own: NodeBinary = {
    path: process.execPath,
    version: process.version,
    asDeployed: process.version.startsWith(`v${major}.`),
  };
  const binary = own.asDeployed
    ? own
    : (candidates(major)
        .map(check)
        .find((each) => each?.version.startsWith(`v${major}.`)) ?? own);
  found.set(runtime, binary);
  return binary;
}

function candidates(major: string): string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const versions = join(process.env['NVM_DIR'] ?? join(homedir(), '.nvm'), 'versions', 'node');
  const installed = existsSync(versions) ? readdirSync(versions).filter((name) => name.startsWith(`v${major}.`)) : [];
  return [
    ...folders.flatMap((folder) => [join(folder, `node${major}`), join(folder, 'node')]),
    ...installed.map((name) => join(versions, name, 'bin', 'node')),
  ].filter((path) => existsSync(path));
}

function check(path: string): NodeBinary | undefined {
  const { stdout, status } = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 5_000 });
  return status === 0 ? { path, version: stdout.trim(), asDeployed: true } : undefined;
}
