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
} from './contract';
import { type AskWho, identityOf, personOf } from './identity';
import { isId, type RequestBook, type Waker } from './requests';

/** What waits for this name, so that somebody can look before they answer. */
export async function pending(book: RequestBook, name: string, now: Date): Promise<readonly ApprovalRequest[]> {
  const waiting = (await book.waiting()).filter(({ Names, Until }) => Names.includes(name) && isBefore(now, Until));
  const answered = await Promise.all(waiting.map(({ Id }) => book.answer(Id, name)));
  return waiting.filter((_, at) => answered[at] === undefined);
}

/** Keeps the answer of a person who has proven who they are, and wakes the machine when it waits for no other. */
export async function answer(
  book: RequestBook,
  waker: Waker,
  ask: AskWho,
  settings: ApprovalSettings & { readonly As: string },
  input: AnswerInput,
  now: Date,
): Promise<Answered> {
  const { Prefix, Account, As: Name } = settings;
  const { Id, Decision, Comment, Proof } = checked(input);
  const request = await openRequest(book, Id, Name, now);
  const { Title, Subject, Names } = request;
  const identity = await identityOf(Proof, { Prefix, Name, Id, Decision, Comment, Subject }, ask);
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
  const have = new Set([Name, ...before.filter((each) => each.Decision === 'approve').map((each) => each.Name)]);
  const Missing = Names.filter((each) => !have.has(each));
  log('INFO', 'Answered.', { Id, Answer: given, Missing });
  // One refusal is enough to end it.
  if (Missing.length === 0 || Decision === 'reject') await wake(book, waker, Id);
  return { Id, Title, Answer: given, Missing };
}

async function wake(book: RequestBook, waker: Waker, id: string): Promise<void> {
  const token = await book.token(id);
  if (token !== undefined && (await waker.wake(token))) return;
  // Somebody else may have woken it in the same moment; then this answer is in what it looks at, or it came too late.
  const settled = await book.settled(id);
  if (settled && settled.Decision === 'missing') throw new OperationError(`The answer came too late: ${id} is closed.`);
  log('WARN', 'The machine does not wait any more.', { id });
}

async function openRequest(book: RequestBook, id: string, name: string, now: Date): Promise<ApprovalRequest> {
  const request = await book.request(id);
  if (!request) throw new OperationError(`There is no request ${id} in this environment.`);
  if (!request.Names.includes(name)) {
    throw new OperationError(`${id} does not wait for ${name}; it waits for ${inWords(request.Names)}.`);
  }
  const settled = await book.settled(id);
  if (settled) throw new OperationError(`${id} is closed: it was ${inPast[settled.Decision]}.`);
  if (!isBefore(now, request.Until)) throw new OperationError(`${id} could be answered until ${request.Until}.`);
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
    throw new OperationError('The answer is not signed. "npx plinth drill sign-off" signs it.');
  }
  return input;
}
