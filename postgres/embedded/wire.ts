/** The frames of the PostgreSQL wire protocol, version 3: a type byte, a length that counts itself, the body. */

export interface FrontendMessage {
  readonly type: string;
  /** With its frame. */
  readonly bytes: Buffer;
}

export const codes = { ssl: 80877103, gss: 80877104, cancel: 80877102, protocol3: 3 << 16 } as const;

// As in the real server (PQ_LARGE_MESSAGE_LIMIT, MAX_STARTUP_PACKET_LENGTH): a length beyond it is not our protocol.
const largestMessage = 0x3fffffff;
const largestStartup = 10_000;

/** Cuts a stream of bytes into messages. Feed it with `push`; `undefined` from `next…` is the end of the stream. */
export class MessageReader {
  private buffer: Buffer = Buffer.alloc(0);
  private ended = false;
  private wake: (() => void) | undefined;

  push(chunk: Buffer): void {
    this.buffer = this.buffer.length === 0 ? chunk : Buffer.concat([this.buffer, chunk]);
    this.wake?.();
  }

  end(): void {
    this.ended = true;
    this.wake?.();
  }

  get hasInput(): boolean {
    return this.buffer.length > 0 || this.ended;
  }

  /** A message without a type: the first ones of a connection. */
  async nextStartup(): Promise<Buffer | undefined> {
    return this.take(0, largestStartup);
  }

  async next(): Promise<FrontendMessage | undefined> {
    const bytes = await this.take(1, largestMessage);
    return bytes && { type: String.fromCharCode(bytes[0] ?? 0), bytes };
  }

  private async take(lengthAt: number, largest: number): Promise<Buffer | undefined> {
    for (;;) {
      if (this.buffer.length >= lengthAt + 4) {
        const length = this.buffer.readInt32BE(lengthAt);
        if (length < 4 || length > largest) throw new Error(`a message of ${length} bytes is not of this protocol`);
        const total = lengthAt + length;
        if (this.buffer.length >= total) {
          const message = this.buffer.subarray(0, total);
          this.buffer = this.buffer.subarray(total);
          return message;
        }
      }
      if (this.ended) return undefined;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }
}

export function message(type: string, ...parts: readonly (string | number | Buffer)[]): Buffer {
  const body = Buffer.concat(parts.map(encode));
  const frame = Buffer.alloc(5);
  frame.write(type, 0, 'latin1');
  frame.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([frame, body]);
}

/** Strings end with a zero byte, numbers take four, buffers stand as they are. */
function encode(part: string | number | Buffer): Buffer {
  if (typeof part === 'string') return Buffer.from(`${part}\0`);
  if (typeof part === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(part);
    return bytes;
  }
  return part;
}

export interface ServerError {
  readonly code: string;
  readonly message: string;
  readonly detail?: string;
  readonly hint?: string;
}

export function error(severity: 'ERROR' | 'FATAL', { code, message: text, detail, hint }: ServerError): Buffer {
  const fields = [`S${severity}`, `V${severity}`, `C${code}`, `M${text}`];
  if (detail) fields.push(`D${detail}`);
  if (hint) fields.push(`H${hint}`);
  return message('E', ...fields, Buffer.from([0]));
}

export function parseStartup(packet: Buffer): Map<string, string> {
  const words = packet.subarray(8).toString('utf8').split('\0');
  const parameters = new Map<string, string>();
  for (let i = 0; i + 1 < words.length && words[i] !== ''; i += 2) {
    parameters.set(words[i] as string, words[i + 1] as string);
  }
  return parameters;
}

/** The SQL of a Query or a Parse message. */
export function statementOf(bytes: Buffer): string {
  const start = bytes[0] === 0x50 ? bytes.indexOf(0, 5) + 1 : 5;
  const end = bytes.indexOf(0, start);
  return bytes.toString('utf8', start, end < 0 ? undefined : end);
}

/** The transaction status of the last ReadyForQuery in the server's answer: idle, in a transaction, or in a failed one. */
export function lastStatus(answer: Buffer): 'I' | 'T' | 'E' | undefined {
  // A ReadyForQuery is six bytes and, where there is one, it is the last message.
  const at = answer.length - 6;
  if (at < 0 || answer[at] !== 0x5a || answer.readInt32BE(at + 1) !== 5) return undefined;
  return String.fromCharCode(answer[at + 5] ?? 0) as 'I' | 'T' | 'E';
}

/** The rows of a simple query's answer, as text; an ErrorResponse is thrown with its message. */
export function readRows(answer: Buffer): (string | undefined)[][] {
  const rows: (string | undefined)[][] = [];
  for (let at = 0; at < answer.length; ) {
    const type = String.fromCharCode(answer[at] ?? 0);
    const end = at + 1 + answer.readInt32BE(at + 1);
    const body = answer.subarray(at + 5, end);
    if (type === 'D') rows.push(readRow(body));
    if (type === 'E') {
      const fields = body.toString('utf8').split('\0');
      const field = (letter: string) => fields.find((text) => text.startsWith(letter))?.slice(1) ?? '';
      throw new Error(`${field('M')} (${field('C')})`);
    }
    at = end;
  }
  return rows;
}

function readRow(body: Buffer): (string | undefined)[] {
  const row: (string | undefined)[] = [];
  let at = 2;
  for (let left = body.readInt16BE(0); left > 0; left--) {
    const length = body.readInt32BE(at);
    at += 4;
    row.push(length < 0 ? undefined : body.toString('utf8', at, at + length));
    at += Math.max(length, 0);
  }
  return row;
}
