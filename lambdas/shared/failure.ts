import { OperationError } from './errors';
import { redact } from './redact';

// The framework adds words of its own to what CloudFormation shows.
const longest = 950;

/** One line for CloudFormation and its console: what went wrong, without a secret, and where to read more. */
export function sentenceOf(error: unknown, logGroup = process.env['AWS_LAMBDA_LOG_GROUP_NAME']): string {
  const where = ` See the log group ${logGroup ?? 'of the function'}.`;
  const line = redact(words(error))
    .replace(/\s*\n\s*/g, ' ')
    .trim();
  const room = longest - where.length;
  const short = line.length > room ? `${line.slice(0, room - 1)}…` : line;
  return `${short}${/[.!?…]$/.test(short) ? '' : '.'}${where}`;
}

function words(error: unknown): string {
  if (error instanceof OperationError) return error.message;
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  const name = typeof code === 'string' ? code : error.name;
  return `${error.message || 'An error without a message'} (${name})`;
}
