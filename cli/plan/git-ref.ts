import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { UsageError } from '../arguments';
import { root } from './synthesize';

/** Where the files of a commit stand for a while. */
export interface Checkout {
  /** As people know it: the name that was given, and the commit's short id. */
  readonly label: string;
  readonly program: string;
  readonly project: string;
  remove(): void;
}

/**
 * Puts the commit that a ref names beside the repository of a project, with the packages that are installed now. The
 * program is that commit's own where the repository holds it, and otherwise the one that runs.
 */
export function checkOut(ref: string, project: string): Checkout {
  const folder = realpathSync(resolve(project));
  const repository = git(folder, ['rev-parse', '--show-toplevel']);
  if (repository === undefined) {
    throw new UsageError(
      `--against is "${ref}", which is no folder, and ${folder} is in no git repository that could have a ref of that name.`,
    );
  }
  const commit = git(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
  if (commit === undefined) {
    throw new UsageError(
      `--against is "${ref}", which is neither a folder nor a git ref of ${repository}; it takes a folder that cdk synth wrote, or a ref such as origin/main.`,
    );
  }
  const parent = realpathSync(mkdtempSync(join(tmpdir(), 'plinth-ref-')));
  const tree = join(parent, 'tree');
  const remove = () => {
    // The record that git keeps of the tree goes with it.
    git(repository, ['worktree', 'remove', '--force', tree]);
    rmSync(parent, { recursive: true, force: true });
    git(repository, ['worktree', 'prune']);
  };
  const added = git(repository, ['-c', 'core.hooksPath=/dev/null', 'worktree', 'add', '--detach', tree, commit]);
  if (added === undefined) {
    remove();
    throw new UsageError(`git cannot put the files of "${ref}" into ${tree}; is there room in the temporary folder?`);
  }
  const inTree = (path: string): string | undefined => {
    const below = relative(repository, path);
    return below.startsWith('..') || isAbsolute(below) ? undefined : join(tree, below);
  };
  for (const path of new Set([repository, folder, realpathSync(root)])) linkPackages(path, inTree(path));
  const program = inTree(realpathSync(root));
  const hasProgram = program !== undefined && existsSync(join(program, 'bin', 'plinth-app.js'));
  return {
    label: `${ref} (${commit.slice(0, 7)})`,
    program: hasProgram ? program : root,
    project: inTree(folder) ?? folder,
    remove,
  };
}

function linkPackages(from: string, to: string | undefined): void {
  const packages = join(from, 'node_modules');
  if (to === undefined || !existsSync(to) || !existsSync(packages)) return;
  if (!existsSync(join(to, 'node_modules'))) symlinkSync(realpathSync(packages), join(to, 'node_modules'), 'dir');
}

/** What git says; undefined where it refuses. */
function git(folder: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync('git', ['-C', folder, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}
