import type { Source } from './excerpt';
import { nearest } from './nearest';
import type { Comment, Piece } from './sql/split';

export interface Directives {
  readonly noTransaction: boolean;
  readonly lockTimeoutMs?: number;
  readonly statementTimeoutMs?: number;
  /** For each statement that has any, by its place among the pieces: the rules that its author has accepted. */
  readonly allows: ReadonlyMap<number, ReadonlySet<string>>;
  readonly problems: readonly DirectiveProblem[];
}

export interface DirectiveProblem {
  readonly offset: number;
  readonly message: string;
  readonly help: string;
}

const known = ['no-transaction', 'lock-timeout', 'statement-timeout', 'allow'];
const unitMs = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000 };
// PostgreSQL holds both timeouts in 32 bits.
const longestMs = 2_147_483_647;

/** `5s`, `500ms`, `10min`, `1h`; `none` is PostgreSQL's 0, which waits for ever. */
export function durationMs(text: string): number | undefined {
  if (text === 'none') return 0;
  const [, digits, unit] = /^([1-9]\d{0,9})(ms|s|min|h)$/.exec(text) ?? [];
  if (digits === undefined || unit === undefined) return undefined;
  const ms = Number(digits) * unitMs[unit as keyof typeof unitMs];
  return ms <= longestMs ? ms : undefined;
}

type Refuse = (message: string, help: string) => void;

export function readDirectives(
  source: Source,
  { pieces, comments }: { pieces: readonly Piece[]; comments: readonly Comment[] },
  rules: readonly string[],
): Directives {
  const problems: DirectiveProblem[] = [];
  const allows = new Map<number, Set<string>>();
  const header: Header = { noTransaction: false };
  for (const { start, end, trails } of comments) {
    const refuse: Refuse = (message, help) => problems.push({ offset: start, message, help });
    const directive = readComment(source.text.slice(start, end), refuse);
    if (directive === undefined) continue;
    const { word, rest } = directive;
    const next = pieces.findIndex((piece) => piece.start > start);
    if (trails) {
      const help = 'Put it on a line of its own above a statement.';
      refuse(`the directive "${word}" stands behind code on its line`, help);
    } else if (word === 'allow') {
      const names = readAllow(rest, rules, refuse);
      const piece = pieces[next];
      if (piece !== undefined && isDirectlyAbove(source.text.slice(end, piece.start))) {
        allows.set(next, new Set([...(allows.get(next) ?? []), ...names]));
      } else {
        const help = 'Only other comments may stand between, no blank line.';
        refuse('"allow" does not stand directly above a statement', help);
      }
    } else if (next !== 0 && pieces.length > 0) {
      refuse(`"${word}" is for the whole file`, 'Put it above the first statement.');
    } else readHeader(word, rest, header, refuse);
  }
  return { ...header, allows, problems };
}

interface Header {
  noTransaction: boolean;
  lockTimeoutMs?: number;
  statementTimeoutMs?: number;
}

/** Prose that begins with our name is no directive, unless it goes on like one. */
function readComment(text: string, refuse: Refuse): { word: string; rest: string } | undefined {
  const [, marker, word, rest = ''] = /^(--\s*plinth:|[^:\w]*plinth:?)\s*(\S*)\s*([\s\S]*?)\s*$/i.exec(text) ?? [];
  if (marker === undefined || word === undefined) return undefined;
  const isKnown = known.includes(word);
  const isMarked = /^--\s*plinth:$/.test(marker);
  if (isMarked && isKnown) return { word, rest };
  if (isMarked) {
    refuse(`unknown directive "${word}"`, `Did you mean "${nearest(word, known)}"? Known are ${known.join(', ')}.`);
  } else if (isKnown) refuse(`"${text}" looks like a directive`, `Write it as "-- plinth: ${word}".`);
  return undefined;
}

function readAllow(rest: string, rules: readonly string[], refuse: Refuse): string[] {
  const names = rest.split(/[\s,]+/).filter((name) => name !== '');
  if (names.length === 0) refuse('"allow" names no rule', 'Write "-- plinth: allow drop-table", for example.');
  return names.filter((name) => {
    const isKnown = rules.includes(name);
    if (!isKnown) refuse(`unknown rule "${name}"`, `Did you mean "${nearest(name, rules)}"?`);
    return isKnown;
  });
}

function readHeader(word: string, rest: string, header: Header, refuse: Refuse): void {
  if (word === 'no-transaction') {
    if (rest !== '') refuse(`"no-transaction" takes no value, and "${rest}" stands behind it`, 'Remove that.');
    else header.noTransaction = true;
    return;
  }
  const ms = durationMs(rest);
  if (ms === undefined) refuse(`"${rest}" is no duration`, 'Write 500ms, 5s, 10min, 1h or none.');
  else header[word === 'lock-timeout' ? 'lockTimeoutMs' : 'statementTimeoutMs'] = ms;
}

/** Line breaks and comments, but no line that is empty. */
function isDirectlyAbove(between: string): boolean {
  const withoutBlocks = between.replace(/\/\*[\s\S]*?\*\//g, '/**/').replace(/\r\n?/g, '\n');
  return !/\n[ \t]*\n/.test(withoutBlocks);
}
