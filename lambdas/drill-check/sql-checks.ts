import { split } from '../migrations/sql/split';

/** A file of `sql/checks`, as it is meant. */
export interface SqlCheck {
  /** The file's name without `.sql`. */
  readonly name: string;
  readonly title: string;
  readonly help: string;
  /** One SELECT, without a semicolon. */
  readonly sql: string;
}

export interface SqlChecks {
  readonly checks: readonly SqlCheck[];
  /** One sentence for each file that is no check. */
  readonly problems: readonly { readonly path: string; readonly message: string }[];
}

const fileName = /^[a-z0-9][a-z0-9_-]{0,62}\.sql$/;
const passedOver = /(^|\/)\.|(^|\/)README(\.[^/]*)?$|~$/i;

/**
 * A check is one SELECT that returns no row when all is well, or a single boolean. Its header says what holds and what to
 * do when it does not:
 *
 *     -- title: Every current document has passages
 *     -- help: Load the document again with …
 */
export function parseSqlChecks(files: readonly { readonly path: string; readonly text: string }[]): SqlChecks {
  const checks: SqlCheck[] = [];
  const problems: { path: string; message: string }[] = [];
  for (const { path, text } of files) {
    if (passedOver.test(path)) continue;
    const parsed = parseOne(path, text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n'));
    if (typeof parsed === 'string') problems.push({ path, message: `sql/checks/${path} ${parsed}` });
    else checks.push(parsed);
  }
  return { checks, problems };
}

/** The check, or what is wrong with the file. */
function parseOne(path: string, text: string): SqlCheck | string {
  if (!fileName.test(path)) {
    return 'is not a check by its name; write lower-case letters, digits, - and _, then .sql, in no folder below.';
  }
  const { pieces } = split(text);
  const odd = pieces.find(({ kind }) => kind !== 'statement');
  if (odd)
    return `has "${text.slice(odd.start, odd.end).split('\n')[0]?.slice(0, 40)}", which only psql knows; a check is one SELECT.`;
  const [piece] = pieces;
  if (piece === undefined) return 'has no statement; a check is one SELECT.';
  if (pieces.length > 1) return `has ${pieces.length} statements; a check is one SELECT.`;
  const sql = text.slice(piece.start, piece.end);
  const word = /^[(\s]*(\w*)/.exec(sql)?.[1] ?? '';
  if (!/^(select|with|values|table)$/i.test(word)) return `begins with ${word.toUpperCase()}; a check is one SELECT.`;
  const header = readHeader(text.slice(0, piece.start));
  if (typeof header === 'string') return header;
  const { title, help } = header;
  if (!title) return 'has no title; begin it with "-- title: " and what holds when all is well.';
  if (!help) return 'has no help; write "-- help: " and what to do when it fails, below the title.';
  return { name: path.slice(0, -'.sql'.length), title, help, sql };
}

const keys = ['title', 'help'] as const;

/** `-- key: text`, and further comment lines that go on with it. A line without a key before the first is prose. */
function readHeader(text: string): Partial<Record<(typeof keys)[number], string>> | string {
  const header: Partial<Record<(typeof keys)[number], string>> = {};
  let current: (typeof keys)[number] | undefined;
  for (const line of text.split('\n')) {
    const [, comment] = /^\s*--\s?(.*)$/.exec(line) ?? [];
    if (comment === undefined) {
      current = undefined;
      continue;
    }
    const [, word, rest = ''] = /^\s*([A-Za-z]+)\s*:\s*(.*)$/.exec(comment) ?? [];
    const key = keys.find((each) => each === word?.toLowerCase());
    if (key !== undefined) {
      if (header[key] !== undefined) return `has two lines "-- ${key}:"; keep one.`;
      current = key;
      header[key] = rest.trim();
    } else if (current !== undefined) header[current] = `${header[current] ?? ''} ${comment.trim()}`.trim();
    else if (word !== undefined) return `has the header "${word}:", which is not known; known are title and help.`;
  }
  return header;
}
