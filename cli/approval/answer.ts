import {
  type Answered,
  type AnswerInput,
  type ApprovalRequest,
  approverOf,
  type Decision,
  type PendingInput,
} from '../../lambdas/approval/contract';
import { OperationError } from '../../lambdas/shared/errors';
import type { AwsAccount } from '../aws/account';
import { proofOf } from './sign';

export interface Wanted {
  readonly prefix: string;
  readonly name: string;
  /** An execution or a request; without it, the only one that waits. */
  readonly execution?: string | undefined;
  readonly decision: Decision;
  readonly comment: string;
}

export interface Given extends Answered {
  readonly request: ApprovalRequest;
}

/** Answers a request as the person who is signed in, and proves who that is. */
export async function answerAs(account: AwsAccount, wanted: Wanted, now = new Date()): Promise<Given> {
  const { prefix, name, decision: Decision, comment: Comment } = wanted;
  const approver = approverOf(prefix, name);
  const waiting = await account.invoke<ApprovalRequest[]>(approver, { Action: 'pending' } satisfies PendingInput);
  const request = choose(waiting, wanted);
  const { Id, Subject } = request;
  const statement = { Prefix: prefix, Name: name, Id, Decision, Comment, Subject };
  const answered = await account.invoke<Answered>(approver, {
    Action: 'answer',
    ...{ Id, Decision, Comment },
    Proof: proofOf(await account.credentials(), account.region, statement, now),
  } satisfies AnswerInput);
  return { ...answered, request };
}

function choose(waiting: readonly ApprovalRequest[], { name, execution }: Wanted): ApprovalRequest {
  const fits = ({ Id, Execution }: ApprovalRequest) =>
    execution === undefined || [Id, Execution, Execution.split(':').at(-1)].includes(execution);
  const [request, ...more] = waiting.filter(fits);
  const all = waiting.map(({ Id, Title }) => `\n  --execution ${Id}  ${Title}`).join('');
  if (request === undefined) {
    throw new OperationError(
      execution === undefined || waiting.length === 0
        ? `Nothing waits for ${name}.`
        : `"${execution}" does not wait for ${name}. These do:${all}`,
    );
  }
  if (more.length > 0) throw new OperationError(`Several wait for ${name}; say which:${all}`);
  return request;
}
