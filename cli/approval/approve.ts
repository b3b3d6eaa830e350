import { type Answered, type ApprovalVerb, longestComment, type PendingRequest } from '../../lambdas/approval/contract';
import { UsageError } from '../arguments';
import { confirmed } from '../ask';
import type { AwsAccount } from '../aws/account';
import { print } from '../terminal';
import { answerAs, type Wanted, waitingFor } from './answer';

export interface ApproveOptions {
  readonly as: string | undefined;
  readonly execution: string | undefined;
  readonly reject: boolean;
  readonly comment: string | undefined;
  readonly yes: boolean;
  readonly json: boolean;
}

export interface Given extends Answered {
  readonly request: PendingRequest;
}

interface Approvals {
  readonly prefix: string;
  readonly verb: ApprovalVerb;
  /** Whose approvals it may be. */
  readonly names: readonly string[];
}

/** Shows what is asked, has it confirmed, and answers it. Undefined where nobody confirmed. */
export async function approve(
  account: AwsAccount,
  approvals: Approvals,
  options: ApproveOptions,
  terminal = { say: (line: string) => void print(line), confirmed },
): Promise<Given | undefined> {
  const { json, yes } = options;
  const wanted = wantedBy(approvals, options);
  if (json && !yes) throw new UsageError('--json asks nothing; --yes says that it is meant.');
  const request = await waitingFor(account, wanted);
  if (!json) for (const line of askedLines(request, wanted)) terminal.say(line);
  if (!yes && !(await terminal.confirmed(approvals.prefix))) return undefined;
  return { ...(await answerAs(account, wanted, request)), request };
}

function wantedBy({ prefix, verb, names }: Approvals, { as, execution, reject, comment = '' }: ApproveOptions): Wanted {
  const name = as ?? (names.length === 1 ? names[0] : undefined);
  if (name === undefined || !names.includes(name)) {
    throw new UsageError(`--as takes one of ${names.join(', ')}; ${as === undefined ? 'none' : `"${as}"`} was given.`);
  }
  if (comment.length > longestComment) {
    throw new UsageError(`--comment may have ${longestComment} letters; it has ${comment.length}.`);
  }
  return { prefix, verb, name, execution, decision: reject ? 'reject' : 'approve', comment };
}

/** What somebody has to know before they answer. */
const askedLines = (
  { Title, Facts, Subject, Until, Answered }: PendingRequest,
  { name, decision }: Wanted,
): readonly string[] => [
  `${Title}.`,
  '',
  ...Facts.map((fact) => `  ${fact}`),
  `  What is signed: ${Subject}`,
  `  It waits until ${Until}.`,
  ...(Answered === null
    ? []
    : [`  ${name} has answered: ${Answered.Decision}, by ${Answered.Arn}, at ${Answered.At}.`]),
  '',
  decision === 'approve' ? `You approve this as ${name}.` : `You refuse this as ${name}, which ends it at once.`,
];

/** What came of it. */
export const answerLines = ({ Title, Answer, Missing, request }: Given): readonly string[] => [
  `${Answer.Decision === 'reject' ? 'Refused' : 'Approved'} as ${Answer.Name}: ${Title}.`,
  `  Signed: ${Answer.Subject}`,
  `  By ${Answer.Arn}, at ${Answer.At}.`,
  Missing.length === 0
    ? '  Nobody else is waited for.'
    : `  Still waited for, until ${request.Until}: ${Missing.join(', ')}.`,
];
