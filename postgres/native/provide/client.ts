import { chmod, copyFile, mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PostgresPlaceError } from '../../place';
import { clientPrograms } from '../clients';
import type { PrivateApt } from './apt';
import { step } from './tools';

// What the programs are linked with, the C library of their own release among it: on an older one they would not start.
const libraries = [
  'libpq5',
  'libc6',
  'libssl3t64',
  'libgssapi-krb5-2',
  'libkrb5-3',
  'libk5crypto3',
  'libkrb5support0',
  'libcom-err2',
  'libkeyutils1',
  'libldap2',
  'libsasl2-2',
  'liblz4-1',
  'libzstd1',
  'zlib1g',
  'libreadline8t64',
  'libtinfo6',
];

/** Downloads pg_dump, pg_restore and psql of the server's version with all that they need, into a folder of their own. */
export async function downloadClient(apt: PrivateApt, major: number, work: string, target: string): Promise<void> {
  for (const name of [`postgresql-client-${major}`, ...libraries]) await apt.download(name);
  const unpacked = join(work, 'client-packages');
  const packages = (await readdir(apt.downloads)).filter((name) => /^(postgresql-client-|lib|zlib)/.test(name));
  for (const name of packages) await step('dpkg-deb', ['-x', join(apt.downloads, name), unpacked], work);
  const fresh = join(work, 'client');
  for (const folder of ['bin', 'lib', 'programs']) await mkdir(join(fresh, folder), { recursive: true });
  const loader = await copyLibraries(unpacked, join(fresh, 'lib'));
  for (const program of clientPrograms) {
    await copyFile(
      join(unpacked, 'usr/lib/postgresql', String(major), 'bin', program),
      join(fresh, 'programs', program),
    );
    await chmod(join(fresh, 'programs', program), 0o755);
    await writeFile(join(fresh, 'bin', program), starter(loader, program), { mode: 0o755 });
  }
  await rename(fresh, target);
}

async function copyLibraries(unpacked: string, lib: string): Promise<string> {
  const found = (await readdir(unpacked, { recursive: true, withFileTypes: true })).filter(
    (entry) =>
      !entry.isDirectory() &&
      /[.]so([.]|$)/.test(entry.name) &&
      /^(usr\/)?lib(64)?(\/[^/]+-linux-gnu)?$/.test(entry.parentPath.slice(unpacked.length + 1)),
  );
  // Links are copied as what they lead to, so the folder can be moved.
  for (const { parentPath, name } of found)
    await copyFile(join(parentPath, name), join(lib, name)).catch(() => undefined);
  const loader = found.find(({ name }) => /^ld-linux.*[.]so[.]\d$/.test(name));
  if (!loader) throw new PostgresPlaceError('The package libc6 holds no loader.');
  await chmod(join(lib, loader.name), 0o755);
  return loader.name;
}

const starter = (loader: string, program: string) => `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")/..
exec "$here/lib/${loader}" --library-path "$here/lib" "$here/programs/${program}" "$@"
`;
