import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PostgresPlaceError } from '../../place';
import { isMissing, namesIn } from '../files';
import type { Release } from './release';

/** A mirror that this machine takes its packages from. */
export interface Archive {
  readonly uris: string;
  readonly suites: readonly string[];
  readonly components: string;
  /** As it stands there: a file, fingerprints, or the key itself over several lines. */
  readonly signedBy: string | undefined;
}

/** The mirrors of the machine's own release, in both of apt's formats. The address is never one of ours. */
export async function archivesOf({ codename }: Release, folder = '/etc/apt'): Promise<Archive[]> {
  const parts = join(folder, 'sources.list.d');
  const names = await namesIn(parts);
  const texts = async (suffix: string) =>
    await Promise.all(names.filter((name) => name.endsWith(suffix)).map((name) => readFile(join(parts, name), 'utf8')));
  const all = [
    ...(await texts('.sources')).flatMap(parseStanzas),
    ...parseLines(await readIfThere(join(folder, 'sources.list'))),
    ...(await texts('.list')).flatMap(parseLines),
  ];
  // Security and backports are suites of other names; somebody else's repository has no suite of this one and no "main".
  const own = all.filter(
    ({ suites, components, uris }) =>
      suites.includes(codename) && /\bmain\b/.test(components) && !uris.startsWith('cdrom'),
  );
  if (own.length > 0) return own;
  throw new PostgresPlaceError(
    `No mirror for ${codename} main stands in ${folder}/sources.list or sources.list.d, so there is nowhere to download from.`,
  );
}

/** The deb822 format: stanzas of fields, continued by lines that begin with a space. */
export function parseStanzas(text: string): Archive[] {
  const withoutComments = text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n');
  return withoutComments.split(/\n\s*\n/).flatMap((stanza) => {
    const fields = new Map(
      [...stanza.matchAll(/^([A-Za-z-]+):[ \t]*(.*(?:\n[ \t].*)*)/gm)].map(([, name = '', value = '']) => [
        name.toLowerCase(),
        value.trimEnd(),
      ]),
    );
    const uris = fields.get('uris')?.trim();
    const binary = (fields.get('types') ?? '').split(/\s+/).includes('deb');
    if (!uris || !binary || fields.get('enabled')?.toLowerCase() === 'no') return [];
    return [
      {
        uris,
        suites: words(fields.get('suites')),
        components: words(fields.get('components')).join(' '),
        signedBy: fields.get('signed-by'),
      },
    ];
  });
}

/** `deb [signed-by=… arch=…] uri suite component…`, one a line. */
export function parseLines(text: string): Archive[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]+)/.exec(line);
    if (!match) return [];
    const [, options = '', uris = '', suite = '', components = ''] = match;
    return [
      { uris, suites: [suite], components: components.trim(), signedBy: /\bsigned-by=(\S+)/i.exec(options)?.[1] },
    ];
  });
}

function words(text = ''): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
}
