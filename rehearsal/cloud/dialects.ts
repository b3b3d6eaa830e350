import type { Service } from './call';
import { AwsError } from './errors';

// What each service calls these three, and with which status.
type Codes = Readonly<Record<string, readonly [code: string, status: number]>>;

const json: Codes = {
  AccessDeniedException: ['AccessDeniedException', 400],
  UnrecognizedClientException: ['UnrecognizedClientException', 400],
  SignatureDoesNotMatch: ['InvalidSignatureException', 400],
};

const codes: Readonly<Record<Service['protocol'], Codes>> = {
  json,
  'rest-json': {
    AccessDeniedException: ['AccessDeniedException', 403],
    UnrecognizedClientException: ['UnrecognizedClientException', 403],
    SignatureDoesNotMatch: ['InvalidSignatureException', 403],
  },
  query: {
    AccessDeniedException: ['AccessDenied', 403],
    UnrecognizedClientException: ['InvalidClientTokenId', 403],
    SignatureDoesNotMatch: ['SignatureDoesNotMatch', 403],
  },
  'rest-xml': {
    AccessDeniedException: ['AccessDenied', 403],
    UnrecognizedClientException: ['InvalidAccessKeyId', 403],
    SignatureDoesNotMatch: ['SignatureDoesNotMatch', 403],
  },
};

/** The refusal under the name that it has in this service. */
export function inWordsOf({ name, protocol }: Pick<Service, 'name' | 'protocol'>, error: AwsError): AwsError {
  const known = codes[protocol][error.code];
  if (!known) return error;
  const [code, status] = known;
  const own = name === 'sns' && code === 'AccessDenied' ? 'AuthorizationError' : code;
  return new AwsError(own, error.message, status);
}
