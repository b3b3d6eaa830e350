import {
  type Answered,
  type AnswerInput,
  type ApprovalVerb,
  approverOf,
  type Decision,
  type PendingInput,
  type PendingRequest,
} from '../../lambdas/approval/contract';
import { OperationError } from '../../lambdas/shared/errors';
import type { AwsAccount } from '../aws/account';
import { proofOf } from './sign';

export interface Wanted {
  readonly prefix: string;
  readonly name: string;
  /** Requests of another kind are not this one's to answer. */
  readonly verb: ApprovalVerb;
  /** An execution or a request; without it, the only one that waits. */
  readonly execution?: string | undefined;
  readonly decision: Decision;
  readonly comment: string;
}

/** What waits, and is meant. */
export async function waitingFor(account: AwsAccount, wanted: Wanted): Promise<PendingRequest> {
  const approver = approverOf(wanted.prefix, wanted.name);
  const all = await account.invoke<PendingRequest[]>(approver, { Action: 'pending' } satisfies PendingInput);
  return choose(
    all.filter(({ Verb }) => Verb === wanted.verb),
    wanted,
  );
}

/** Answers a request as the person who is signed in, and proves who that is. */
export async function answerAs(
  account: AwsAccount,
  { prefix, verb: Verb, name, decision: Decision, comment: Comment }: Wanted,
  { Id, Subject }: PendingRequest,
  now = new Date(),
): Promise<Answered> {
  const statement = { Prefix: prefix, Verb, Name: name, Id, Decision, Comment, Subject };
  return account.invoke<Answered>(approverOf(prefix, name), {
    Action: 'answer',
    ...{ Id, Decision, Comment },
    Proof: proofOf(await account.credentials(), account.region, statement, now),
  } satisfies AnswerInput);
}

function choose(waiting: readonly PendingRequest[], { name, execution }: Wanted): PendingRequest {
  const fits = ({ Id, Execution }: PendingRequest) =>
    execution === undefined || [Id, Execution, Execution.split(':').at(-1)].includes(execution);
  const fitting = waiting.filter(fits);
  const unanswered = fitting.filter(({ Answered }) => Answered === null);
  // What this name has answered already can be answered again, and comes last.
  const [request, ...more] = unanswered.length > 0 ? unanswered : fitting;
  const all = waiting.map(({ Id, Title, Answered }) => {
    const answered = Answered === null ? '' : ` (answered: ${Answered.Decision}, at ${Answered.At})`;
    return `\n  --execution ${Id}  ${Title}${answered}`;
  });
  if (request === undefined) {
    throw new OperationError(
      execution === undefined || waiting.length === 0
        ? `Nothing waits for ${name}.`
        : `"${execution}" does not wait for ${name}. These do:${all.join('')}`,
    );
  }
  if (more.length > 0) throw new OperationError(`Several wait for ${name}; say which:${all.join('')}`);
  return request;
}
