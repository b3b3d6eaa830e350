import type { WriteStream } from 'node:tty';

/** Where progress is shown: lines that stay, and below them, on a terminal, a few that are drawn anew. */
export interface Screen {
  /** Whether lines can be drawn anew. */
  readonly live: boolean;
  readonly columns: number;
  readonly paint: Paint;
  say(line: string): void;
  /** The lines below all others, in place of the ones before. */
  draw(lines: readonly string[]): void;
  /** Takes the drawn lines away, and gives the cursor back. */
  close(): void;
}

type Colour = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';
export type Paint = (colour: Colour, text: string) => string;

const codes: Readonly<Record<Colour, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
};

const control = '\u001b[';
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the bytes that colour a text
const colours = /\u001b\[[0-9;]*m/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: and these all that a terminal obeys
const commands = /\u001b\[[0-9;?]*[A-Za-z]/g;

export const plain: Paint = (_, text) => text;
export const coloured: Paint = (colour, text) => `${control}${codes[colour][0]}m${text}${control}${codes[colour][1]}m`;

/** As https://no-color.org has it; a terminal that says it is dumb gets none either. */
export const paintFor = (stream: Pick<WriteStream, 'isTTY'>, env = process.env): Paint =>
  stream.isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb' ? coloured : plain;

export const widthOf = (text: string): number => text.replace(colours, '').length;

/** No wider than so many columns, colours not counted. */
export function fitted(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let width = 0;
  let cut = '';
  for (const part of text.split(new RegExp(`(${colours.source})`))) {
    if (part.startsWith(control)) cut += part;
    else {
      const room = Math.max(0, columns - 1 - width);
      cut += part.slice(0, room);
      width += Math.min(part.length, room);
    }
  }
  return `${cut}…`;
}

/** What stands in a log may hold bytes that move the cursor or ring the bell; they are not for this terminal. */
export const harmless = (text: string): string => text.replace(commands, '').replace(/\p{Cc}/gu, ' ');

export function screenOn(stream: WriteStream, env = process.env): Screen {
  const live = stream.isTTY === true && env['TERM'] !== 'dumb' && !env['CI'];
  let drawn: readonly string[] = [];
  // A terminal that became narrower has broken the drawn lines; as many rows as they take now are taken away.
  const rows = () => drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns())), 0);
  const columns = () => Math.max(20, stream.columns || 80);
  const away = () => (drawn.length > 0 ? `${control}${rows()}A\r${control}J` : '');
  return {
    live,
    get columns() {
      return columns();
    },
    paint: paintFor(stream, env),
    say: (line) => {
      // In one piece, so that nothing flickers.
      stream.write(`${away()}${line}\n${drawn.map((each) => `${each}\n`).join('')}`);
    },
    draw: (lines) => {
      if (!live) return;
      const before = away();
      const hide = drawn.length === 0 && lines.length > 0 ? `${control}?25l` : '';
      drawn = lines.slice(0, Math.max(1, (stream.rows || 24) - 2)).map((line) => fitted(line, columns() - 1));
      stream.write(`${hide}${before}${drawn.map((line) => `${line}\n`).join('')}`);
    },
    close: () => {
      if (!live) return;
      const before = away();
      drawn = [];
      stream.write(`${before}${control}?25h`);
    },
  };
}

/** Keeps everything to itself. */
export const silence: Screen = {
  live: false,
  columns: 80,
  paint: plain,
  say: () => {},
  draw: () => {},
  close: () => {},
};
