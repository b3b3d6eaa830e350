import { createHash } from 'node:crypto';
import { appendFile, readFile, stat, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { cachedFolder } from '../cache';
import { PostgresPlaceError } from '../place';
import { type Account, run } from './account';
import { commonFolder, copyTree, exists, makeFolder } from './files';
import { type Installation, oldestMajor, versionOf } from './find';
import { type Layout, layoutOf } from './layout';
import { trustedExtensions } from './trusted-extensions';

/** Our own copy of an installation: in it the extensions that RDS offers are open to the master. */
export interface ServerTree {
  readonly bin: string;
  readonly origin: string;
  readonly version: string;
  readonly major: number;
  readonly vector: boolean;
  /** Changes whenever the installation does. */
  readonly key: string;
}

export interface TreeOptions {
  /** Goes with this process, and serves where nothing can be kept from run to run. */
  runFolder: string;
  account: Account | undefined;
}

// Raise it when what is copied or changed below changes.
const format = 1;

/**
 * A server reads its extensions' control files from a folder that it finds relative to its own program (a search path
 * for them exists only from 18), so a control file of ours needs a tree of ours: the same folders, copied.
 */
export async function prepareTree(installation: Installation, options: TreeOptions): Promise<ServerTree> {
  const layout = await layoutOf(installation.bin);
  const key = await keyOf(layout);
  const ours = join(options.runFolder, 'server');
  const kept = await cachedFolder(`server-${key}`, (folder) => build(layout, folder));
  if (!kept) await build(layout, ours);
  let tree = kept ?? ours;
  const inTree = (path: string) => relative(commonFolder([layout.bin, layout.share, ...layout.libs]), path);
  if (options.account && !(await reaches(join(tree, inTree(layout.bin)), options.account))) {
    // The project lies in a folder of root's own.
    if (tree !== ours) await copyTree(tree, ours, { folderMode: 0o755 });
    tree = ours;
  }
  const bin = join(tree, inTree(layout.bin));
  const version = await versionOf(bin);
  if (typeof version === 'string') {
    throw new PostgresPlaceError(`The server in ${installation.bin} (${installation.origin}) does not run: ${version}`);
  }
  if (version.major < oldestMajor) {
    throw new PostgresPlaceError(
      `The server in ${installation.bin} is PostgreSQL ${version.text}; at least ${oldestMajor} is needed.`,
    );
  }
  if (options.account && !(await reaches(bin, options.account))) {
    throw new PostgresPlaceError(
      `The user ${options.account.name}, as whom Postgres runs for root, cannot reach ${bin}; set TMPDIR to a folder that everybody can enter.`,
    );
  }
  const vector = await exists(join(tree, inTree(layout.share), 'extension/vector.control'));
  return { bin, origin: installation.origin, version: version.text, major: version.major, vector, key };
}

async function reaches(bin: string, account: Account): Promise<boolean> {
  return (await run(join(bin, 'postgres'), ['--version'], { account })).code === 0;
}

async function build(layout: Layout, tree: string): Promise<void> {
  const ancestor = commonFolder([layout.bin, layout.share, ...layout.libs]);
  const place = (path: string) => join(tree, relative(ancestor, path));
  await makeFolder(tree, 0o755);
  for (const folder of [layout.bin, layout.share, ...layout.libs]) {
    await openFolders(tree, place(folder));
    await copyTree(folder, place(folder), { folderMode: 0o755, skip: folder === layout.bin ? isTool : isArchive });
  }
  await addMissingLinks(ancestor, tree);
  await trustExtensions(join(place(layout.share), 'extension'));
}

const isTool = (name: string) => name !== 'postgres' && name !== 'initdb';
// For linkers only, and as large as all the rest.
const isArchive = (name: string) => name.endsWith('.a');

async function openFolders(from: string, to: string): Promise<void> {
  for (let folder = dirname(to); folder.length > from.length; folder = dirname(folder)) await makeFolder(folder, 0o755);
}

/** npm packs no symbolic links; the package lists them, for an install script that often does not run. */
export async function addMissingLinks(native: string, tree: string): Promise<void> {
  const list = join(native, 'pg-symlinks.json');
  if (!(await exists(list))) return;
  const links: { source: string; target: string }[] = JSON.parse(await readFile(list, 'utf8'));
  for (const { source, target } of links) {
    const link = join(tree, relative('native', target));
    if (!(await exists(link))) await symlink(relative(dirname(target), source), link);
  }
}

async function trustExtensions(folder: string): Promise<void> {
  for (const name of trustedExtensions) {
    const control = join(folder, `${name}.control`);
    if (!(await exists(control))) continue;
    if (!/^\s*trusted\s*=\s*true/m.test(await readFile(control, 'utf8')))
      await appendFile(control, '\ntrusted = true\n');
  }
}

async function keyOf(layout: Layout): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([format, layout, trustedExtensions]));
  for (const path of [join(layout.bin, 'postgres'), join(layout.share, 'extension'), ...layout.libs]) {
    const { size, mtimeMs, ino } = await stat(path);
    hash.update(JSON.stringify([size, mtimeMs, ino]));
  }
  const vector = join(layout.share, 'extension/vector.control');
  hash.update((await exists(vector)) ? await readFile(vector) : 'none');
  return hash.digest('hex').slice(0, 12);
}
