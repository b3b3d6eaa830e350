import { checksumOf, withoutByteOrderMark } from './checksum';
import type { BundledFile, MigrationFile, MigrationLayout } from './contract';
import { compareVersions, parsePlainName, parsePrismaFolder } from './names';
import { tokens } from './sql/lexer';

/** What is put together while every reason to refuse is being collected. */
export interface Draft {
  readonly files: MigrationFile[];
  readonly ignored: string[];
  readonly problems: string[];
}

export function detectLayout(files: readonly BundledFile[]): MigrationLayout | 'mixed' {
  const prisma = files.some(({ path }) => path === 'migration_lock.toml' || /^[^/]+\/migration\.sql$/.test(path));
  const plain = files.some(({ path }) => /^[^/]+\.sql$/.test(path));
  return prisma && plain ? 'mixed' : prisma ? 'prisma' : 'plain';
}

/** Only whitespace, comments and semicolons. */
function isEmpty(text: string): boolean {
  const source = withoutByteOrderMark(text);
  for (const { kind, start } of tokens(source)) {
    if (kind !== 'space' && kind !== 'comment' && source[start] !== ';') return false;
  }
  return true;
}

function checkText({ path, text }: BundledFile, draft: Draft): void {
  if (text.includes('\0')) draft.problems.push(`${path} contains a NUL character, which PostgreSQL cannot take.`);
}

function refuseEmpty({ path, text }: BundledFile, draft: Draft): void {
  if (isEmpty(text)) draft.problems.push(`${path} is empty: it holds no statement.`);
}

export function readPlain(files: readonly BundledFile[], draft: Draft): void {
  const downs = new Map<string, BundledFile>();
  const ups: (Omit<MigrationFile, 'down' | 'checksum'> & BundledFile)[] = [];
  for (const file of files) {
    // The other layout's files have been complained about as a whole.
    if (/^[^/]+\/migration\.sql$|^migration_lock\.toml$/.test(file.path)) continue;
    const parsed = parsePlainName(file.path);
    if (parsed === undefined) {
      draft.problems.push(
        `${file.path} is badly named: a migration is <version>_<name>.sql or <version>_<name>.down.sql, with 1 to 18 digits and a name of letters, digits, _ and -.`,
      );
      continue;
    }
    checkText(file, draft);
    refuseEmpty(file, draft);
    const id = `${parsed.version}_${parsed.name}`;
    if (parsed.down) downs.set(id, file);
    else ups.push({ version: parsed.version, name: parsed.name, id, ...file });
  }
  refuseDuplicates(ups, draft);
  for (const up of ups) {
    const down = downs.get(up.id);
    downs.delete(up.id);
    draft.files.push({ ...up, checksum: checksumOf(up.text), ...(down === undefined ? {} : { down }) });
  }
  for (const [id, { path }] of downs) draft.problems.push(`${path} undoes nothing: there is no ${id}.sql.`);
}

function refuseDuplicates(ups: readonly { version: string; path: string }[], draft: Draft): void {
  const sorted = [...ups].sort((a, b) => compareVersions(a.version, b.version) || (a.path < b.path ? -1 : 1));
  for (const [i, { version, path }] of sorted.entries()) {
    const before = sorted[i - 1];
    if (before !== undefined && compareVersions(before.version, version) === 0) {
      draft.problems.push(`${before.path} and ${path} have the same version, ${BigInt(version)}.`);
    }
  }
}

/** As Prisma reads it: an empty migration is one, other files in a folder are no concern, and down.sql is its undo. */
export function readPrisma(files: readonly BundledFile[], draft: Draft): void {
  const downs = new Map(files.filter(({ path }) => path.endsWith('/down.sql')).map((file) => [file.path, file]));
  for (const file of files) {
    const [folder = '', name, ...deeper] = file.path.split('/');
    if (file.path === 'migration_lock.toml') checkProvider(file, draft);
    else if (name === 'migration.sql' && deeper.length === 0) {
      const parsed = parsePrismaFolder(folder);
      if (parsed === undefined) {
        draft.problems.push(
          `${file.path} is badly named: the folder of a Prisma migration is <timestamp>_<name>, with 1 to 18 digits.`,
        );
        continue;
      }
      checkText(file, draft);
      const down = downs.get(`${folder}/down.sql`);
      if (down !== undefined) checkText(down, draft);
      draft.files.push({
        ...parsed,
        id: folder,
        ...file,
        checksum: checksumOf(file.text),
        ...(down === undefined ? {} : { down }),
      });
    } else if (name === 'down.sql' && deeper.length === 0) {
      const up = `${folder}/migration.sql`;
      if (!files.some(({ path }) => path === up))
        draft.problems.push(`${file.path} undoes nothing: there is no ${up}.`);
    } else draft.ignored.push(file.path);
  }
}

function checkProvider({ path, text }: BundledFile, draft: Draft): void {
  const [, provider] = /^\s*provider\s*=\s*"([^"]*)"/m.exec(text) ?? [];
  if (provider === 'postgresql' || provider === 'postgres') return;
  draft.problems.push(`${path} names the provider "${provider ?? ''}"; only postgresql migrations can run here.`);
}
