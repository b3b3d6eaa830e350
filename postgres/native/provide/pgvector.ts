import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PostgresPlaceError } from '../../place';
import { exists, namesIn } from '../files';
import { PrivateApt } from './apt';
import type { Archive } from './apt-sources';
import { type Release, suitesFor } from './release';
import { step } from './tools';

export interface PgvectorSource {
  readonly folder: string;
  /** Of the server that it is compiled for. */
  readonly headers: string;
  readonly major: number;
  readonly version: string;
  /** Where it came from. */
  readonly apt: PrivateApt;
}

export interface DownloadOptions {
  release: Release;
  archives: readonly Archive[];
  majors: readonly number[];
  work: string;
  print(line: string): void;
}

/** The source and the headers out of the first suite that has both. */
export async function downloadPgvector({
  release,
  archives,
  majors,
  work,
  print,
}: DownloadOptions): Promise<PgvectorSource> {
  const suites = suitesFor(release);
  for (const suite of suites) {
    print(`Reading the package lists of ${suite}`);
    const apt = await PrivateApt.open(join(work, `apt-${suite}`), archives, suite);
    const major = await firstOf(majors, (one) => apt.hasPackage(`postgresql-server-dev-${one}`));
    if (major === undefined || !(await apt.hasSource('pgvector'))) continue;
    print(`Downloading pgvector's source and the headers of PostgreSQL ${major}`);
    await apt.downloadSource('pgvector');
    await apt.download(`postgresql-server-dev-${major}`);
    return { ...(await unpack(apt.downloads, work, major)), apt };
  }
  throw new PostgresPlaceError(
    `Neither pgvector nor the headers of PostgreSQL ${majors.join(', ')} are in ${suites.join(' or ')}.`,
  );
}

async function unpack(downloads: string, work: string, major: number): Promise<Omit<PgvectorSource, 'apt'>> {
  const folder = join(work, 'pgvector');
  await mkdir(folder);
  const files = await namesIn(downloads);
  const file = (pattern: RegExp) => {
    const name = files.find((one) => pattern.test(one));
    if (!name)
      throw new PostgresPlaceError(
        `Of the packages nothing like ${pattern.source} was downloaded, only ${files.join(', ')}.`,
      );
    return join(downloads, name);
  };
  await step('tar', ['-xf', file(/\.orig\.tar\./), '-C', folder, '--strip-components=1', '--no-same-owner'], work);
  await step('tar', ['-xf', file(/\.debian\.tar\./), '-C', folder, '--no-same-owner'], work);
  await step('dpkg-deb', ['-x', file(/^postgresql-server-dev.*\.deb$/), join(work, 'dev')], work);
  // Debian's patches hold the fixes that came after the release.
  const patches = join(folder, 'debian/patches');
  const series = (await exists(join(patches, 'series'))) ? await readFile(join(patches, 'series'), 'utf8') : '';
  for (const name of series.split('\n').map((line) => line.replace(/#.*/, '').trim())) {
    if (name !== '') await step('patch', ['--strip=1', '--batch', `--input=${join(patches, name)}`], folder);
  }
  const version = /default_version\s*=\s*'([^']+)'/.exec(await readFile(join(folder, 'vector.control'), 'utf8'))?.[1];
  if (!version) throw new PostgresPlaceError('The source of pgvector does not say its version in vector.control.');
  return { folder, headers: join(work, 'dev/usr/include/postgresql', String(major), 'server'), major, version };
}

// pgvector's own: without them the compiler may not use vector instructions for sums of floats.
const mathFlags = ['-ftree-vectorize', '-fassociative-math', '-fno-signed-zeros', '-fno-trapping-math'];
// PostgreSQL's own: its code relies on both.
const languageFlags = ['-fno-strict-aliasing', '-fwrapv', '-fexcess-precision=standard'];

/** Compiles it and puts it into the server's folders. */
export async function addPgvector({ folder, headers, version }: PgvectorSource, server: string): Promise<void> {
  const code = (await namesIn(join(folder, 'src')))
    .filter((name) => name.endsWith('.c'))
    .map((name) => join('src', name));
  const flags = ['-O2', '-fPIC', '-shared', ...mathFlags, ...languageFlags, `-I${headers}`];
  await step('gcc', [...flags, '-o', join(server, 'lib/postgresql/vector.so'), ...code, '-lm'], folder);
  const extension = join(server, 'share/postgresql/extension');
  await copyFile(join(folder, 'vector.control'), join(extension, 'vector.control'));
  await copyFile(join(folder, 'sql/vector.sql'), join(extension, `vector--${version}.sql`));
  for (const name of await namesIn(join(folder, 'sql'))) {
    if (/^vector--.*--.*\.sql$/.test(name)) await copyFile(join(folder, 'sql', name), join(extension, name));
  }
}

async function firstOf<T>(values: readonly T[], test: (value: T) => Promise<boolean>): Promise<T | undefined> {
  for (const value of values) if (await test(value)) return value;
  return undefined;
}
