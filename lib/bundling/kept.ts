// What has been made stays in node_modules/.cache/plinth, in folders that are named by their content.
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { type Built, type BundledFile, buildHandlers, root } from './build';

/** Long enough for the branches that somebody works on; each change of a function leaves 15 MB. */
const keptDays = 14;

/**
 * The folder of the handlers, below it one for each capability. esbuild does half of all the work of a synth, so what it
 * made is taken again while all that it read is the same: our sources by their content, packages by what npm has noted
 * of them, and their files by size and time, for somebody may have edited one.
 */
export async function handlers(): Promise<string> {
  const key = keyOfSources();
  const record = key && join(cacheFolder(), `handlers-${key}.json`);
  const there = record && remembered(record);
  if (there) return there;
  const built = await buildHandlers();
  const folder = keep(built.files);
  // The sources may have changed while they were read.
  if (record && keyOfSources() === key) remember(record, folder, built);
  return folder;
}

/** Puts files into a folder, which is named by them, so that a second synth writes nothing. */
export function keep(files: readonly BundledFile[]): string {
  const hash = createHash('sha256');
  for (const { path, contents } of files) hash.update(`${path}\0${contents.length}\0`).update(contents);
  const folder = join(cacheFolder(), `bundles-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(folder)) {
    use(folder);
    return folder;
  }
  removeOld(cacheFolder());
  const draft = `${folder}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  for (const { path, contents } of files) {
    mkdirSync(dirname(join(draft, path)), { recursive: true });
    writeFileSync(join(draft, path), contents);
  }
  try {
    renameSync(draft, folder);
  } catch (error) {
    // Another synth was quicker; what it wrote is the same.
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

interface Kept {
  readonly folder: string;
  /** Of the files of packages: size and time of the last change. */
  readonly inputs: Readonly<Record<string, string>>;
}

function remembered(record: string): string | undefined {
  try {
    const { folder, inputs } = JSON.parse(readFileSync(record, 'utf8')) as Kept;
    for (const [path, state] of Object.entries(inputs)) if (stateOf(path) !== state) return undefined;
    const kept = join(cacheFolder(), folder);
    if (!existsSync(kept)) return undefined;
    use(record);
    use(kept);
    return kept;
  } catch {
    // Nothing is kept for these sources, or not all of it is there any more: it is built anew.
    return undefined;
  }
}

function remember(record: string, folder: string, { inputs }: Built): void {
  const packages = inputs.filter((path) => !path.startsWith('lambdas/'));
  const kept: Kept = {
    folder: relative(cacheFolder(), folder),
    inputs: Object.fromEntries(packages.map((path) => [path, stateOf(path)])),
  };
  const draft = `${record}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(kept));
  renameSync(draft, record);
}

function stateOf(path: string): string {
  const { size, mtimeMs } = statSync(join(root, path));
  return `${size} ${mtimeMs}`;
}

/** Undefined where nobody has noted which packages are installed, or nothing can be kept for the next time. */
function keyOfSources(): string | undefined {
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installed) || cacheFolder() !== ownFolder) return undefined;
  const hash = createHash('sha256');
  const sources = readdirSync(join(root, 'lambdas'), { recursive: true, encoding: 'utf8' })
    .map((path) => join(root, 'lambdas', path))
    .filter((path) => statSync(path).isFile())
    .sort();
  const settings = ['tsconfig.json', 'package.json'].map((name) => join(root, name));
  for (const path of [join(__dirname, 'build.ts'), installed, ...settings, ...sources]) {
    const contents = readFileSync(path);
    hash.update(`${relative(root, path)}\0${contents.length}\0`).update(contents);
  }
  return hash.digest('hex').slice(0, 16);
}

/** Where it stays. */
export const ownFolder = join(root, 'node_modules', '.cache', 'plinth');
let found: string | undefined;

function cacheFolder(): string {
  found ??= findCacheFolder();
  return found;
}

function findCacheFolder(): string {
  try {
    mkdirSync(ownFolder, { recursive: true });
    accessSync(ownFolder, constants.W_OK);
    return ownFolder;
  } catch {
    // Nobody else may put code there, and nobody would find it again.
    const own = mkdtempSync(join(tmpdir(), 'plinth-bundles-'));
    process.once('exit', () => rmSync(own, { recursive: true, force: true }));
    return own;
  }
}

function use(path: string): void {
  const now = new Date();
  utimesSync(path, now, now);
}

function removeOld(cache: string): void {
  const oldest = Date.now() - keptDays * 86_400_000;
  // Others keep their servers here.
  for (const name of readdirSync(cache).filter((each) => /^(bundles|handlers)-/.test(each))) {
    const path = join(cache, name);
    const { mtimeMs = Number.POSITIVE_INFINITY } = statSync(path, { throwIfNoEntry: false }) ?? {};
    if (mtimeMs < oldest) rmSync(path, { recursive: true, force: true });
  }
}
