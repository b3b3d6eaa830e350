import { locate, offsetOfByte, offsetOfPosition, Source } from '../../../lambdas/migrations/excerpt';
import { withPostgres } from './server';

const excerptAt = (text: string, word: string) => new Source('f.sql', text).excerpt(text.indexOf(word)).split('\n');

describe('an excerpt', () => {
  it.each([
    ['letters of two bytes', "SELECT 'äöü', bad", "  1 | SELECT 'äöü', bad", '    |               ^'],
    ['a tab, which stays one', '\tSELECT\tbad', '  1 | \tSELECT\tbad', '    | \t      \t^'],
    ['wide letters and emoji', "SELECT '漢字😀', bad", "  1 | SELECT '漢字😀', bad", '    |                  ^'],
    ['a letter put together of two', "SELECT 'e\u0301', bad", "  1 | SELECT 'e\u0301', bad", '    |             ^'],
    ['line ends of Windows', 'SELECT 1,\r\n  bad\r\nFROM x', '  2 |   bad', '    |   ^'],
  ])('puts the caret below the word, with %s', (_, text, line, caret) => {
    expect(excerptAt(text, 'bad')).toEqual([line, caret]);
  });

  it.each([
    ["CREATE ROLE r PASSWORD 'it''s secret' bad", 'CREATE ROLE r PASSWORD ************** bad'],
    ["ALTER ROLE r ENCRYPTED PASSWORD E'secret' bad", 'ALTER ROLE r ENCRYPTED PASSWORD E******** bad'],
    ["OPTIONS (user 'u', password 'secret') bad", "OPTIONS (user 'u', password ********) bad"],
    ["CONNECTION 'host=h password=secret' bad", "CONNECTION 'host=h password=******' bad"],
    ["CREATE ROLE r PASSWORD 'secret bad", 'CREATE ROLE r PASSWORD ***********'],
    ['SELECT password FROM x bad', 'SELECT password FROM x bad'],
  ])('shows no password: %s', (text, shown) => {
    expect(excerptAt(text, 'bad')[0]).toBe(`  1 | ${shown}`);
    expect(excerptAt(text, 'bad')[1]?.indexOf('^')).toBe(6 + text.indexOf('bad'));
  });

  it('shows the neighbourhood only, where a line is endless', () => {
    const [line = '', caret = ''] = excerptAt(`${'x'.repeat(5000)}bad${'y'.repeat(5000)}`, 'bad');
    expect(line.length).toBeLessThan(140);
    expect(line.slice(caret.indexOf('^'), caret.indexOf('^') + 3)).toBe('bad');
    expect(line.slice(6, 7) + line.slice(-1)).toBe('……');
  });

  it('points behind the last character, where the text ends too early', () => {
    expect(new Source('f.sql', 'SELECT (').excerpt(8).split('\n')).toEqual(['  1 | SELECT (', '    |         ^']);
  });
});

describe('a place', () => {
  it('counts lines of any kind, and characters whatever their bytes', () => {
    const text = 'a\r\nb\rc\n😀é x';
    expect(new Source('f.sql', text).place(text.indexOf('x'))).toEqual({ line: 4, column: 4 });
  });

  it('does not count the byte order mark', () => {
    expect(new Source('f.sql', '\uFEFFSELECT').place(0)).toEqual({ line: 1, column: 1 });
  });

  it('follows from characters as PostgreSQL counts them, and from bytes as its parser does', () => {
    const text = "SELECT '😀é', x";
    expect(offsetOfPosition(text, 14)).toBe(text.indexOf('x'));
    expect(offsetOfByte(text, Buffer.byteLength("SELECT '😀é', "))).toBe(text.indexOf('x'));
  });
});

describe('locate', () => {
  it('finds in the file what a real server complains about in one of its statements', async () => {
    const text = "-- ü\nSELECT '😀';\nSELECT 'äö',\n\tmissing;\n";
    const offset = text.lastIndexOf('SELECT');
    const sent = { text: text.slice(offset), offset };
    const error = await withPostgres((client) => client.query(sent.text).catch((caught: unknown) => caught));
    const position = error instanceof Error && 'position' in error ? Number(error.position) : undefined;
    expect(locate(new Source('2_x.sql', text), sent, position)).toEqual({
      file: '2_x.sql',
      line: 4,
      column: 2,
      excerpt: '  4 | \tmissing;\n    | \t^',
    });
  });

  it('shows where the sent text begins, when the server names no place', () => {
    expect(locate(new Source('f.sql', 'a;\nb;'), { text: 'b', offset: 3 })).toMatchObject({ line: 2, column: 1 });
  });
});
