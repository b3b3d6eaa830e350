import { createHash } from 'node:crypto';
import { checksumOf, normalise, prismaChecksums } from '../../../lambdas/migrations/checksum';

const text = 'CREATE TABLE t (\n  a int -- ä 😀\n);\n';

describe('the checksum', () => {
  it.each([
    ['a byte order mark', `\uFEFF${text}`],
    ['line ends of Windows', text.replaceAll('\n', '\r\n')],
    ['line ends of old Macs', text.replaceAll('\n', '\r')],
    ['blanks and tabs at the end of lines', text.replaceAll('\n', ' \t\n')],
    ['blank lines at the end', `${text}\n \n\t\r\n`],
    ['no line end at the end', text.trimEnd()],
  ])('is the same with %s', (_, variant) => {
    expect(checksumOf(variant)).toBe(checksumOf(text));
  });

  it.each([
    ['a letter', text.replace('int', 'Int')],
    ['a blank at the beginning of a line', text.replace('  a', '   a')],
    ['a blank line in the middle', text.replace('\n', '\n\n')],
    ['a comment', `-- x\n${text}`],
  ])('changes with %s', (_, variant) => {
    expect(checksumOf(variant)).not.toBe(checksumOf(text));
  });

  it('is the SHA-256 of the normalised text, in hexadecimal', () => {
    expect(normalise('\uFEFFSELECT 1; \r\n')).toBe('SELECT 1;');
    expect(checksumOf('SELECT 1;\n')).toBe(createHash('sha256').update('SELECT 1;').digest('hex'));
  });

  it('does not look into literals: blanks at the end of their lines do not count either', () => {
    expect(checksumOf("SELECT 'a \nb';")).toBe(checksumOf("SELECT 'a\nb';"));
  });

  it('gives what Prisma writes for the file as it is, and as another checkout would have it', () => {
    const sha = (value: string) => createHash('sha256').update(value).digest('hex');
    expect(prismaChecksums('a\nb\n')).toEqual([sha('a\nb\n'), sha('a\r\nb\r\n')]);
    expect(prismaChecksums('a\r\nb\n')).toEqual([sha('a\r\nb\n'), sha('a\nb\n'), sha('a\r\nb\r\n')]);
  });
});
