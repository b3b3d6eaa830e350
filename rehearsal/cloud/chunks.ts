import { createHash } from 'node:crypto';
import { AwsError } from './errors';

/** For chunks that are signed one by one, each over the signature of the one before. */
export interface ChunkSigning {
  readonly seed: string;
  /** Date and scope, as they stand in every text that is signed. */
  readonly head: string;
  readonly sign: (text: string) => string;
}

export interface Decoded {
  readonly body: Buffer;
  /** Headers that came behind the body: checksums. */
  readonly trailers: Readonly<Record<string, string>>;
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const empty = sha256('');

/** The body of a call with `Content-Encoding: aws-chunked`, as it was before. */
export function decodeChunks(body: Buffer, signing: ChunkSigning | undefined): Decoded {
  const parts: Buffer[] = [];
  let at = 0;
  let previous = signing?.seed ?? '';
  const check = (kind: string, content: string, given: string | undefined) => {
    if (!signing) return;
    const expected = signing.sign(`AWS4-HMAC-SHA256-${kind}\n${signing.head}\n${previous}\n${content}`);
    if (given !== expected)
      throw new AwsError('SignatureDoesNotMatch', 'The signature of a chunk does not match.', 403);
    previous = expected;
  };
  for (;;) {
    const [head, next] = lineAt(body, at);
    const [size = '', ...extensions] = head.split(';');
    if (!/^[0-9a-fA-F]+$/.test(size)) throw incomplete();
    const length = Number.parseInt(size, 16);
    const chunk = body.subarray(next, next + length);
    if (chunk.length < length) throw incomplete();
    const given = extensions.find((each) => each.startsWith('chunk-signature='))?.slice('chunk-signature='.length);
    check('PAYLOAD', `${empty}\n${sha256(chunk)}`, given);
    at = next + length;
    if (length === 0) break;
    parts.push(chunk);
    if (body.toString('latin1', at, at + 2) !== '\r\n') throw incomplete();
    at += 2;
  }
  return { body: Buffer.concat(parts), trailers: trailersFrom(body, at, check) };
}

function trailersFrom(
  body: Buffer,
  from: number,
  check: (kind: string, content: string, given: string | undefined) => void,
): Record<string, string> {
  const trailers: Record<string, string> = {};
  const lines = body.toString('latin1', from).split('\r\n');
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  const { 'x-amz-trailer-signature': signature, ...rest } = trailers;
  const names = Object.keys(rest).sort();
  if (names.length > 0) check('TRAILER', sha256(names.map((name) => `${name}:${rest[name]}\n`).join('')), signature);
  return rest;
}

function lineAt(body: Buffer, at: number): [line: string, next: number] {
  const end = body.indexOf('\r\n', at);
  if (end < 0) throw incomplete();
  return [body.toString('latin1', at, end), end + 2];
}

const incomplete = () =>
  new AwsError('IncompleteBody', 'The request body terminated unexpectedly: it is not what aws-chunked asks for.');
