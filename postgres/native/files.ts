import { constants, type Dirent } from 'node:fs';
import {
  access,
  chmod,
  copyFile,
  lchown,
  mkdir,
  readdir,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Account } from './account';

export interface CopyOptions {
  /** Whom the copy belongs to, when that is not us. */
  owner?: Account | undefined;
  /** 0700 for data, 0755 for programs that another account must reach. */
  folderMode?: number;
  /** The path is relative to the folder copied. */
  skip?: (path: string) => boolean;
  /** What vanishes meanwhile is left out: a running server removes files, and its WAL says so to the copy. */
  live?: boolean;
}

/** Copies a folder and answers how many bytes there are in it. A file system that can share blocks shares them. */
export async function copyTree(from: string, to: string, options: CopyOptions = {}, path = ''): Promise<number> {
  await makeFolder(to, options.folderMode ?? 0o700, options.owner);
  let entries: Dirent[];
  try {
    entries = await readdir(from, { withFileTypes: true });
  } catch (error) {
    if (options.live && isMissing(error)) return 0;
    throw error;
  }
  const sizes = await Promise.all(
    entries.map(async (entry) => {
      const own = path === '' ? entry.name : `${path}/${entry.name}`;
      if (options.skip?.(own)) return 0;
      const source = join(from, entry.name);
      const target = join(to, entry.name);
      if (entry.isDirectory()) return await copyTree(source, target, options, own);
      try {
        return await copyEntry(source, target, entry, options.owner);
      } catch (error) {
        if (options.live && isMissing(error)) return 0;
        throw error;
      }
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function copyEntry(source: string, target: string, entry: Dirent, owner: Account | undefined): Promise<number> {
  if (entry.isSymbolicLink()) {
    await symlink(await readlink(source), target);
    return 0;
  }
  if (!entry.isFile()) return 0;
  await copyFile(source, target, constants.COPYFILE_FICLONE);
  if (owner) await lchown(target, owner.uid, owner.gid);
  return (await stat(target)).size;
}

/** The mode is exactly the one asked for, whatever the umask says. */
export async function makeFolder(path: string, mode: number, owner?: Account): Promise<void> {
  await mkdir(path, { recursive: true });
  await chmod(path, mode);
  if (owner) await lchown(path, owner.uid, owner.gid);
}

export async function writeOwned(path: string, text: string, mode: number, owner?: Account): Promise<void> {
  await writeFile(path, text, { mode });
  await chmod(path, mode);
  if (owner) await lchown(path, owner.uid, owner.gid);
}

export async function exists(path: string, mode = constants.F_OK): Promise<boolean> {
  try {
    await access(path, mode);
    return true;
  } catch (error) {
    if (['ENOENT', 'EACCES', 'ENOTDIR', 'ELOOP'].includes(codeOf(error))) return false;
    throw error;
  }
}

/** The names in a folder; none where there is no such folder or it may not be read. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (['ENOENT', 'EACCES', 'ENOTDIR'].includes(codeOf(error))) return [];
    throw error;
  }
}

export function removeTree(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

/** The deepest folder that holds all of the given ones. */
export function commonFolder(paths: readonly string[]): string {
  const [first = '/', ...rest] = paths;
  let folder = first;
  while (!rest.every((path) => path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`))) {
    folder = dirname(folder);
  }
  return folder;
}

export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? '';
}

export function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}
