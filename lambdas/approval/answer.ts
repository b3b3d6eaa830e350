import { OperationError } from '../shared/errors';
import { log } from '../shared/log';
import { inWords } from './ask';
import {
  type Answer,
  type Answered,
  type AnswerInput,
  type ApprovalRequest,
  type ApprovalSettings,
  longestComment,
  type PendingRequest,
} from './contract';
import { type AskWho, identityOf, personOf } from './identity';
import { type Executions, isId, type RequestBook } from './requests';

/**
 * What waits for this name, so that somebody can look before they answer. What it has answered stays among it until it is
 * settled: where the waking failed, the same answer is sent again.
 */
export async function pending(
  book: RequestBook,
  executions: Executions,
  name: string,
  now: Date,
): Promise<readonly PendingRequest[]> {
  const open = (await book.waiting()).filter(({ Names, Until }) => Names.includes(name) && isBefore(now, Until));
  // Who was aborted, or timed out, has settled nothing.
  const alive = await Promise.all(open.map(({ Execution }) => executions.isUnderWay(Execution)));
  const waiting = open.filter((_, at) => alive[at]);
  return Promise.all(waiting.map(async (each) => ({ ...each, Answered: (await book.answer(each.Id, name)) ?? null })));
}

/** Keeps the answer of a person who has proven who they are, and wakes the machine when it waits for no other. */
export async function answer(
  book: RequestBook,
  executions: Executions,
  ask: AskWho,
  settings: ApprovalSettings & { readonly As: string },
  input: AnswerInput,
  now: Date,
): Promise<Answered> {
  const { Prefix, Account, As: Name } = settings;
  const { Id, Decision, Comment, Proof } = checked(input);
  const request = await openRequest(book, executions, Id, Name, now);
  const { Title, Verb, Subject, Names } = request;
  const identity = await identityOf(Proof, { Prefix, Verb, Name, Id, Decision, Comment, Subject }, ask);
  if (identity.Account !== Account) {
    throw new OperationError(
      `${identity.Arn} is of the account ${identity.Account}. Only identities of ${Account} may answer: take on a role there.`,
    );
  }
  const before = await book.answers(Id, Names);
  const mine = before.find((each) => each.Name === Name);
  if (mine && (mine.Decision !== Decision || personOf(mine) !== personOf(identity))) {
    throw new OperationError(`${Name} has answered already: ${mine.Decision}, by ${mine.Arn}, at ${mine.At}.`);
  }
  const twin = before.find((each) => each.Name !== Name && personOf(each) === personOf(identity));
  if (twin && Decision === 'approve') {
    throw new OperationError(
      `${identity.Arn} has answered as ${twin.Name} already. Each name stands for another person, and a role counts as one.`,
    );
  }
  const given: Answer = mine ?? { Name, Decision, Comment, ...identity, At: now.toISOString(), Subject };
  if (!mine) await book.keep(Id, given);
  // Once more: of two who answer at once, the one whose answer is kept last sees both.
  const Missing = missing(Names, await book.answers(Id, Names));
  log('INFO', 'Answered.', { Id, Answer: given, Missing });
  if (Missing.length === 0) await wake(book, executions, request);
  return { Id, Title, Answer: given, Missing };
}

function missing(names: readonly string[], answers: readonly Answer[]): readonly string[] {
  // One refusal is enough to end it.
  if (answers.some(({ Decision }) => Decision === 'reject')) return [];
  return names.filter((name) => !answers.some(({ Name }) => Name === name));
}

async function wake(book: RequestBook, executions: Executions, request: ApprovalRequest): Promise<void> {
  const { Id, Execution } = request;
  const token = await book.token(Id);
  if (token !== undefined && (await executions.wake(token))) return;
  // Somebody else may have woken it in the same moment; then this answer is in what it looks at, or it came too late.
  // Looked at in this order, for what settles a request ends after it.
  const goesOn = await executions.isUnderWay(Execution);
  const settled = await book.settled(Id);
  if (settled && settled.Decision === 'missing') throw new OperationError(`The answer came too late: ${Id} is closed.`);
  if (!settled && !goesOn) throw ended(request);
  log('WARN', 'The machine does not wait any more.', { Id });
}

const ended = ({ Id, Execution }: ApprovalRequest) =>
  new OperationError(
    `Nothing waits for an answer to ${Id} any more: its execution ${Execution.split(':').at(-1)} has ended without one.`,
  );

async function openRequest(
  book: RequestBook,
  executions: Executions,
  id: string,
  name: string,
  now: Date,
): Promise<ApprovalRequest> {
  const request = await book.request(id);
  if (!request) throw new OperationError(`There is no request ${id} in this environment.`);
  if (!request.Names.includes(name)) {
    throw new OperationError(`${id} does not wait for ${name}; it waits for ${inWords(request.Names)}.`);
  }
  const settled = await book.settled(id);
  if (settled) throw new OperationError(`${id} is closed: it was ${inPast[settled.Decision]}.`);
  if (!isBefore(now, request.Until)) throw new OperationError(`${id} could be answered until ${request.Until}.`);
  if (!(await executions.isUnderWay(request.Execution))) throw ended(request);
  return request;
}

const inPast = { approved: 'approved', rejected: 'refused', missing: 'not approved in time' };

const isBefore = (now: Date, until: string) => now.getTime() < Date.parse(until);

function checked(input: AnswerInput): AnswerInput {
  const { Id, Decision, Comment, Proof } = input;
  if (!isId(Id)) throw new OperationError('The request has no proper name.');
  if (Decision !== 'approve' && Decision !== 'reject') {
    throw new OperationError(`The decision is "${String(Decision)}"; it is approve or reject.`);
  }
  if (typeof Comment !== 'string' || Comment.length > longestComment) {
    throw new OperationError(`The comment may have ${longestComment} letters.`);
  }
  if (typeof Proof?.authorization !== 'string' || typeof Proof['x-amz-date'] !== 'string') {
    throw new OperationError(
      'The answer is not signed. "npx plinth drill sign-off" and "npx plinth recover approve" sign it.',
    );
  }
  return input;
}
