import { log } from '../shared/log';
import type { Tell } from '../shared/messages';
import {
  type Answer,
  type ApprovalRequest,
  type ApprovalSettings,
  type AskInput,
  approverOf,
  type Settled,
  type SettleInput,
} from './contract';
import { personOf } from './identity';
import type { RequestBook } from './requests';

/** Keeps the request and tells of it, with the command that answers it. */
export async function ask(
  book: RequestBook,
  tell: Tell,
  settings: ApprovalSettings,
  { Action: _, Token, ...given }: AskInput,
  now: Date,
): Promise<ApprovalRequest> {
  const request: ApprovalRequest = { ...given, AskedAt: now.toISOString() };
  await book.open(request, Token);
  try {
    await tell(`Approval needed: ${settings.Prefix}`, messageOf(request, settings));
  } catch (error) {
    // It can be answered all the same: the command line shows what waits.
    log('ERROR', 'Nobody could be told of a request.', { Id: request.Id, Cause: String(error) });
  }
  return request;
}

function messageOf(
  { Id, Title, Facts, Names, Until, Verb }: ApprovalRequest,
  { Prefix, Environment }: ApprovalSettings,
): string {
  const command = (name: string) =>
    `    npx plinth ${Verb} --env ${Environment} --execution ${Id} --as ${name} --comment 'what you looked at'`;
  return [
    `${Title}.`,
    '',
    ...Facts,
    '',
    `It waits for ${inWords(Names)}, until ${Until}. To approve:`,
    '',
    ...Names.map(command),
    '',
    'With --reject it is refused, at once. Not answered in time counts as not approved.',
    `Who may answer is whom IAM lets invoke ${Names.map((name) => approverOf(Prefix, name)).join(', ')}.`,
  ].join('\n');
}

/**
 * What became of a request. Nothing that woke the machine is believed: only what is stored counts, and each approval only
 * if it is the only one of its person and signs what was asked for.
 */
export async function settle(book: RequestBook, { Id, Names, Failure }: SettleInput): Promise<Settled> {
  const request = await book.request(Id);
  const Answers = request ? await book.answers(Id, Names) : [];
  const settled = { Id, Answers, ...judge(Names, Answers, request, Failure ?? undefined) };
  await book.settle(settled);
  return settled;
}

function judge(
  names: readonly string[],
  answers: readonly Answer[],
  request: ApprovalRequest | undefined,
  failure: SettleInput['Failure'],
): Pick<Settled, 'Decision' | 'Reasons'> {
  const rejected = answers.filter(({ Decision }) => Decision !== 'approve');
  if (rejected.length > 0) {
    const Reasons = rejected.map(
      ({ Name, Arn, Comment }) => `${Name} has refused it (${Arn})${Comment === '' ? '.' : `: ${Comment}`}`,
    );
    return { Decision: 'rejected', Reasons };
  }
  // Whatever else ended the waiting, the time was not over.
  const early = failure && failure.Error !== 'States.Timeout' ? failure : undefined;
  const unanswered = names.flatMap((name) => whyMissing(name, answers, request, early));
  const Reasons = [
    ...(request ? [] : [`Nobody could be asked${failure ? `: ${failure.Cause || failure.Error}` : '.'}`]),
    ...unanswered,
    ...(unanswered.length > 0 && early ? [`The waiting ended before its time: ${early.Cause || early.Error}`] : []),
    ...(names.length === 0 ? ['Nobody was named whose approval it needs.'] : []),
  ];
  return { Decision: Reasons.length === 0 ? 'approved' : 'missing', Reasons };
}

function whyMissing(
  name: string,
  answers: readonly Answer[],
  request: ApprovalRequest | undefined,
  early: SettleInput['Failure'],
): string[] {
  if (!request) return [];
  const answer = answers.find(({ Name }) => Name === name);
  if (!answer && early) return [`${name} has not answered.`];
  if (!answer) return [`${name} has not answered; the time for it was until ${request.Until}.`];
  if (answer.Subject !== request.Subject) return [`${name} has signed something else than what was asked for.`];
  const twin = answers.find((other) => other.Name !== name && personOf(other) === personOf(answer));
  return twin ? [`${name} and ${twin.Name} were answered by the same person (${answer.Arn}).`] : [];
}

export const inWords = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
