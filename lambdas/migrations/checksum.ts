import { createHash } from 'node:crypto';

const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');

export const withoutByteOrderMark = (text: string) => (text.startsWith('\uFEFF') ? text.slice(1) : text);

/**
 * The text that is compared, never the text that runs. Trailing blanks go everywhere, inside string literals and dollar
 * quotes too: to know the difference one would have to parse, and a checksum must not change with the parser.
 */
export function normalise(text: string): string {
  const lines = withoutByteOrderMark(text).replace(/\r\n?/g, '\n').split('\n');
  return lines
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd();
}

export const checksumOf = (text: string) => sha256(normalise(text));

/** What Prisma may have written into its own ledger for this file, depending on how the file was checked out then. */
export function prismaChecksums(text: string): readonly string[] {
  const lf = text.replace(/\r\n/g, '\n');
  return [...new Set([text, lf, lf.replace(/\n/g, '\r\n')].map(sha256))];
}
