import { readFile } from 'node:fs/promises';
import { PostgresPlaceError } from '../../place';
import { isMissing } from '../files';

export interface Release {
  readonly system: 'debian' | 'ubuntu';
  readonly codename: string;
}

const elsewhere = 'then it is found by itself; or name the folder of its programs in PLINTH_POSTGRES_BIN';

/** Which Debian or Ubuntu this is; any other system has a shorter way to the same end. */
export async function readRelease(
  file = '/etc/os-release',
  platform: NodeJS.Platform = process.platform,
): Promise<Release> {
  if (platform === 'darwin') {
    throw new PostgresPlaceError(`On macOS run \`brew install postgresql@17 pgvector\`, ${elsewhere}.`);
  }
  if (platform !== 'linux') {
    throw new PostgresPlaceError(
      `The native Postgres runs on Linux and macOS, not on ${platform}; choose embedded or url.`,
    );
  }
  const fields = await readFields(file);
  const system = [fields.get('ID'), ...(fields.get('ID_LIKE') ?? '').split(' ')].find(
    (one): one is Release['system'] => one === 'debian' || one === 'ubuntu',
  );
  // Mint and its like carry the name of the Ubuntu that they are made from.
  const codename = fields.get('UBUNTU_CODENAME') ?? fields.get('VERSION_CODENAME');
  if (system && codename) return { system, codename };
  const name = fields.get('PRETTY_NAME') ?? 'this Linux';
  throw new PostgresPlaceError(
    `On ${name} install PostgreSQL 16 or newer and pgvector with its package manager (postgresql-server and pgvector, say), ${elsewhere}.`,
  );
}

async function readFields(file: string): Promise<Map<string, string>> {
  try {
    const lines = (await readFile(file, 'utf8')).split('\n');
    return new Map(
      lines.flatMap((line) => {
        const match = /^(\w+)="?(.*?)"?$/.exec(line);
        return match ? [[match[1] ?? '', match[2] ?? ''] as const] : [];
      }),
    );
  } catch (error) {
    if (isMissing(error)) return new Map();
    throw error;
  }
}

// The oldest suites with both a server of 16 or newer and a pgvector for it.
const sufficient = { debian: 'trixie', ubuntu: 'noble' };
const tooOld = new Set(['buster', 'bullseye', 'bookworm', 'bionic', 'focal', 'jammy']);

/** Where to look, in this order: the machine's own suite, unless it is known to be too old, and one that has it all. */
export function suitesFor({ system, codename }: Release): string[] {
  const fallback = sufficient[system];
  return tooOld.has(codename) || codename === fallback ? [fallback] : [codename, fallback];
}
