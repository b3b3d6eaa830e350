import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { providedBin, providedStamp } from '../../../postgres/native/find';
import { provideNativePostgres } from '../../../postgres/native/provide';
import { archivesOf, parseLines, parseStanzas } from '../../../postgres/native/provide/apt-sources';
import { readRelease, suitesFor } from '../../../postgres/native/provide/release';
import { requireTools } from '../../../postgres/native/provide/tools';
import { remove, temporaryFolder } from './helpers';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => remove(folder));

test('the mirror is read from stanzas, with keys over several lines and switched-off ones left out', () => {
  const text = `# a comment
Types: deb deb-src
# http://old.example/debian
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc
 -----END PGP PUBLIC KEY BLOCK-----

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main

Types: deb-src
URIs: http://source.example/debian
Suites: bookworm
Components: main
`;
  expect(parseStanzas(text)).toEqual([
    {
      uris: 'http://mirror.example/debian',
      suites: ['bookworm', 'bookworm-updates'],
      components: 'main contrib',
      signedBy: '\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc\n -----END PGP PUBLIC KEY BLOCK-----',
    },
  ]);
});

test('the mirror is read from lines, with and without options', () => {
  const text = `# deb http://off.example/ubuntu noble main
deb http://mirror.example/ubuntu noble main universe # the usual
deb-src http://mirror.example/ubuntu noble main
deb [arch=amd64 signed-by=/usr/share/keyrings/a.gpg] https://other.example/ubuntu noble main
`;
  expect(parseLines(text)).toEqual([
    { uris: 'http://mirror.example/ubuntu', suites: ['noble'], components: 'main universe', signedBy: undefined },
    {
      uris: 'https://other.example/ubuntu',
      suites: ['noble'],
      components: 'main',
      signedBy: '/usr/share/keyrings/a.gpg',
    },
  ]);
});

test('only a mirror of the machine’s own release counts, and a machine without one is told so', async () => {
  mkdirSync(join(folder, 'sources.list.d'));
  writeFileSync(join(folder, 'sources.list'), 'deb http://mirror.example/debian bookworm main\n');
  writeFileSync(join(folder, 'sources.list.d/other.list'), 'deb https://other.example/apt stable main\n');
  writeFileSync(join(folder, 'sources.list.d/old.list.save'), 'deb http://saved.example/debian bookworm main\n');
  const found = await archivesOf({ system: 'debian', codename: 'bookworm' }, folder);
  expect(found.map(({ uris }) => uris)).toEqual(['http://mirror.example/debian']);
  await expect(archivesOf({ system: 'debian', codename: 'trixie' }, folder)).rejects.toThrow(
    'No mirror for trixie main stands in',
  );
});

test.each([
  ['ID=debian\nVERSION_CODENAME=bookworm\n', ['trixie']],
  ['ID=debian\nVERSION_CODENAME=trixie\n', ['trixie']],
  ['ID=debian\nVERSION_CODENAME=forky\n', ['forky', 'trixie']],
  ['ID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=jammy\n', ['noble']],
  ['ID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_CODENAME=wilma\nUBUNTU_CODENAME=noble\n', ['noble']],
])('%j takes its packages from %j', async (text, suites) => {
  const file = join(folder, 'os-release');
  writeFileSync(file, text);
  expect(suitesFor(await readRelease(file, 'linux'))).toEqual(suites);
});

test('another system is told what to install', async () => {
  const file = join(folder, 'os-release');
  writeFileSync(file, 'ID=fedora\nPRETTY_NAME="Fedora Linux 43"\n');
  await expect(readRelease(file, 'linux')).rejects.toThrow(
    'On Fedora Linux 43 install PostgreSQL 16 or newer and pgvector',
  );
  await expect(readRelease(file, 'darwin')).rejects.toThrow('brew install postgresql@17 pgvector');
});

test('missing tools are named together with their packages', async () => {
  await expect(requireTools({ PATH: folder })).rejects.toThrow(
    'Missing here: apt-get, apt-cache, dpkg-deb, tar, gzip, xz, patch, gcc, npm; install the packages apt dpkg tar gzip xz-utils patch gcc npm and run this again.',
  );
});

const onDebian = existsSync('/etc/debian_version') ? test : test.skip;

onDebian('a dry run says what would be done and does nothing', async () => {
  const lines: string[] = [];
  const bin = await provideNativePostgres({ root: folder, print: (line) => lines.push(line), dryRun: true });
  expect(bin).toBe(providedBin(folder));
  expect(lines[0]).toContain(join(folder, '.postgres'));
  expect(lines.join('\n')).toContain('changes nothing outside of the project');
  expect(readdirSync(folder)).toEqual([]);
});

onDebian('what is complete is not made again', async () => {
  mkdirSync(providedBin(folder), { recursive: true });
  writeFileSync(providedStamp(folder), '2');
  const lines: string[] = [];
  await provideNativePostgres({ root: folder, print: (line) => lines.push(line) });
  expect(lines).toEqual([`PostgreSQL with pgvector is already there: ${providedBin(folder)}`]);
});
