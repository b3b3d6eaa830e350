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

export function readDirectives(
  source: Source,
  { pieces, comments }: { pieces: readonly Piece[]; comments: readonly Comment[] },
  rules: readonly string[],
): Directives {
  const problems: DirectiveProblem[] = [];
  const allows = new Map<number, Set<string>>();
  const header: { noTransaction: boolean; lockTimeoutMs?: number; statementTimeoutMs?: number } = {
    noTransaction: false,
  };
  for (const comment of comments) {
    const refuse = (message: string, help: string) => problems.push({ offset: comment.start, message, help });
    const text = source.text.slice(comment.start, comment.end);
    const [, marker, word, rest = ''] = /^(--\s*plinth:|[^:\w]*plinth:?)\s*(\S*)\s*([\s\S]*?)\s*$/i.exec(text) ?? [];
    if (marker === undefined || word === undefined) continue;
    if (!/^--\s*plinth:$/.test(marker)) {
      // Prose that begins with our name is no directive, unless it goes on like one.
      if (known.includes(word)) refuse(`"${text}" looks like a directive`, `Write it as "-- plinth: ${word}".`);
      continue;
    }
    if (!known.includes(word)) {
      refuse(`unknown directive "${word}"`, `Did you mean "${nearest(word, known)}"? Known are ${known.join(', ')}.`);
      continue;
    }
    if (comment.trails) {
      refuse(
        `the directive "${word}" stands behind code on its line`,
        'Put it on a line of its own above a statement.',
      );
      continue;
    }
    const next = pieces.findIndex((piece) => piece.start > comment.start);
    if (word === 'allow') {
      const names = rest.split(/[\s,]+/).filter((name) => name !== '');
      const unknown = names.filter((name) => !rules.includes(name));
      const piece = pieces[next];
      if (names.length === 0) refuse('"allow" names no rule', 'Write "-- plinth: allow drop-table", for example.');
      for (const name of unknown) refuse(`unknown rule "${name}"`, `Did you mean "${nearest(name, rules)}"?`);
      if (piece === undefined || !directlyAbove(source.text.slice(comment.end, piece.start))) {
        refuse(
          '"allow" does not stand directly above a statement',
          'Only other comments may stand between, no blank line.',
        );
      } else allows.set(next, new Set([...(allows.get(next) ?? []), ...names.filter((name) => rules.includes(name))]));
      continue;
    }
    if (next !== 0 && pieces.length > 0) {
      refuse(`"${word}" is for the whole file`, 'Put it above the first statement.');
    } else if (word === 'no-transaction') {
      if (rest !== '') refuse(`"no-transaction" takes no value, and "${rest}" stands behind it`, 'Remove that.');
      else header.noTransaction = true;
    } else {
      const ms = durationMs(rest);
      if (ms === undefined) refuse(`"${rest}" is no duration`, 'Write 500ms, 5s, 10min, 1h or none.');
      else header[word === 'lock-timeout' ? 'lockTimeoutMs' : 'statementTimeoutMs'] = ms;
    }
  }
  return { ...header, allows, problems };
}

/** Line breaks and comments, but no line that is empty. */
function directlyAbove(between: string): boolean {
  return !/(?:\r\n?|\n)[ \t]*(?:\r\n?|\n)/.test(between);
}
