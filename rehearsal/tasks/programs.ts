import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findClients } from '../../postgres/native/clients';

/** Where the programs of an image are on this machine, or why they are not. */
export type Programs = { readonly folder: string } | { readonly missing: string };

// What every image has, and not every machine.
const usual = ['bash', 'awk', 'mkfifo', 'sha256sum', 'tee', 'timeout'];
// A wrapper in a folder of one's own may lead nowhere without the environment of its owner: the system's come first.
const folders = ['/usr/bin', '/bin', ...(process.env['PATH'] ?? '').split(delimiter)];
const folderOf = (program: string) => folders.find((folder) => folder !== '' && existsSync(join(folder, program)));

const root = join(__dirname, '..', '..');

let awsFolder: string | undefined;

/** Where version 2 of the AWS command line is, as in its image; another version has other options. */
export function folderOfAws(): string | undefined {
  awsFolder ??= folders.find((folder) => {
    const program = join(folder, 'aws');
    if (folder === '' || !existsSync(program)) return false;
    try {
      return /^aws-cli\/2[.]/.test(execFileSync(program, ['--version'], { encoding: 'utf8', stdio: 'pipe' }));
    } catch {
      // A wrapper around something that is not there.
      return false;
    }
  });
  return awsFolder;
}

/** There are no images here: what a container runs is this machine's own, in a version that can do what is asked. */
export async function programsOf(image: string, serverMajor: number): Promise<Programs> {
  const lacking = usual.find((program) => folderOf(program) === undefined);
  if (lacking !== undefined) return { missing: `the program ${lacking} is not on this machine` };
  const [, name = ''] = /([^/:@]+)(?:[:@][^/]*)*$/.exec(image) ?? [];
  if (name === 'postgres') {
    const clients = await findClients(serverMajor, root);
    return clients
      ? { folder: clients.bin }
      : {
          missing: `pg_dump of PostgreSQL ${serverMajor} or newer is not on this machine (\`npm run postgres:native\` brings it)`,
        };
  }
  if (name === 'aws-cli') {
    const folder = folderOfAws();
    return folder === undefined
      ? { missing: 'version 2 of the AWS command line is not on this machine (apt-get install awscli)' }
      : { folder };
  }
  return { missing: `the rehearsal does not know what is in the image ${image}` };
}
