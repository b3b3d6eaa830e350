import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type ChunkSigning, decodeChunks } from './chunks';
import { AwsError } from './errors';
import type { HttpRequest } from './protocols';

/** What the header `Authorization` of a signed call says. */
export interface Signed {
  readonly key: string;
  readonly day: string;
  readonly region: string;
  readonly service: string;
  readonly headers: readonly string[];
  readonly signature: string;
}

export interface Credentials {
  readonly secret: string;
  /** Of a session: what a role's key comes with. */
  readonly token?: string;
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

const form =
  /^AWS4-HMAC-SHA256\s+Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request\s*,\s*SignedHeaders=([^,\s]+)\s*,\s*Signature=([0-9a-f]{64})$/;

export function signatureOf({ headers }: HttpRequest): Signed | undefined {
  const [, key = '', day = '', region = '', service = '', names = '', signature = ''] =
    form.exec(headers['authorization'] ?? '') ?? [];
  return key === '' ? undefined : { key, day, region, service, headers: names.split(';'), signature };
}

const mismatch = () =>
  new AwsError(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    403,
  );

/**
 * Signature Version 4: throws when somebody without the secret has signed, or when the body is another one. Gives the
 * call as it was before it was cut into chunks. When it was signed does not matter: functions live on a clock of their
 * own, which is ahead of everybody else's.
 */
export function verified(request: HttpRequest, signed: Signed, { secret, token }: Credentials): HttpRequest {
  const { headers, body } = request;
  if (token !== undefined && headers['x-amz-security-token'] !== token) {
    throw new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.', 403);
  }
  const date = headers['x-amz-date'] ?? '';
  if (!date.startsWith(signed.day) || !signed.headers.includes('host')) throw mismatch();
  const given = headers['x-amz-content-sha256'];
  // Only S3 takes the caller's word for what the body is, and holds the body against it.
  const payload = (signed.service === 's3' ? given : undefined) ?? sha256(body);
  const scope = `${signed.day}/${signed.region}/${signed.service}/aws4_request`;
  const key = [signed.region, signed.service, 'aws4_request'].reduce<Buffer>(
    (outer, part) => hmac(outer, part),
    hmac(`AWS4${secret}`, signed.day),
  );
  const canonical = canonicalRequest(request, signed, payload);
  const expected = hmac(key, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`);
  if (!timingSafeEqual(expected, Buffer.from(signed.signature, 'hex'))) throw mismatch();
  if (payload.startsWith('STREAMING-')) {
    const sign = (text: string) => hmac(key, text).toString('hex');
    const chunks: ChunkSigning | undefined = payload.startsWith('STREAMING-AWS4-HMAC-SHA256-PAYLOAD')
      ? { seed: signed.signature, sign, head: `${date}\n${scope}` }
      : undefined;
    const decoded = decodeChunks(body, chunks);
    return { ...request, body: decoded.body, headers: { ...headers, ...decoded.trailers } };
  }
  if (payload !== 'UNSIGNED-PAYLOAD' && payload !== sha256(body)) {
    throw new AwsError(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
  return request;
}

function canonicalRequest({ method, target, headers }: HttpRequest, signed: Signed, payload: string): string {
  const at = target.indexOf('?');
  const path = at < 0 ? target : target.slice(0, at);
  // S3 takes the path as it travels; all others encode it once more.
  const uri = signed.service === 's3' ? path : path.split('/').map(encoded).join('/');
  const query = (at < 0 ? '' : target.slice(at + 1))
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const equals = part.indexOf('=');
      const [name, value] = equals < 0 ? [part, ''] : [part.slice(0, equals), part.slice(equals + 1)];
      return [reencoded(name), reencoded(value)] as const;
    })
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y));
  const lines = signed.headers.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`);
  return [
    method,
    uri || '/',
    query.map(([name, value]) => `${name}=${value}`).join('&'),
    lines.join(''),
    signed.headers.join(';'),
    payload,
  ].join('\n');
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

const encoded = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

function reencoded(text: string): string {
  try {
    return encoded(decodeURIComponent(text));
  } catch {
    throw mismatch();
  }
}
