import { longestComment } from '../../lambdas/approval/contract';
import type { Environment } from '../../lib/config';
import { answerAs, type Given } from '../approval/answer';
import { UsageError } from '../arguments';
import type { AwsAccount } from '../aws/account';

export interface ApproveOptions {
  readonly as: string | undefined;
  readonly execution: string | undefined;
  readonly reject: boolean;
  readonly comment: string | undefined;
}

export async function approve(
  account: AwsAccount,
  { prefix, recovery }: Environment,
  { as, execution, reject, comment = '' }: ApproveOptions,
): Promise<Given> {
  const names = recovery.approvals;
  const name = as ?? (names.length === 1 ? names[0] : undefined);
  if (name === undefined || !names.includes(name)) {
    throw new UsageError(`--as takes one of ${names.join(', ')}; ${as === undefined ? 'none' : `"${as}"`} was given.`);
  }
  if (comment.length > longestComment) {
    throw new UsageError(`--comment may have ${longestComment} letters; it has ${comment.length}.`);
  }
  return answerAs(account, { prefix, name, execution, decision: reject ? 'reject' : 'approve', comment });
}

export const answerLines = ({ Title, Answer, Missing, request }: Given, rejected: boolean): readonly string[] => [
  `${rejected ? 'Refused' : 'Approved'} as ${Answer.Name}: ${Title}.`,
  ...request.Facts.map((fact) => `  ${fact}`),
  `  Signed: ${Answer.Subject}`,
  `  By ${Answer.Arn}, at ${Answer.At}.`,
  rejected || Missing.length === 0
    ? '  Nobody else is waited for.'
    : `  Still waited for, until ${request.Until}: ${Missing.join(', ')}.`,
];
