import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  InvalidArn,
  paginateListExecutions,
} from '@aws-sdk/client-sfn';
import type { AskInput } from '../../lambdas/approval/contract';
import { OperationError } from '../../lambdas/shared/errors';
import { passes, spokenByAws } from '../aws/account';
import type { Place } from './machine';
import { about } from './words';

export interface Ended {
  readonly execution: string;
  readonly status: string;
  readonly output?: unknown;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

// Often enough to watch, and far from what Step Functions would throttle.
const everyMs = 3_000;

// What has just been started is known everywhere some seconds later.
const newLooks = 10;

interface Looking {
  readonly every?: number;
  /** It was started this moment, so it is there. */
  readonly isNew?: boolean;
}

/** It cannot be looked at any more. That says nothing about the recovery, which goes on. */
export class LostSight extends OperationError {}

/**
 * Tells each thing that a recovery does when it begins with it, and what it asks, until it has ended. What passes by
 * itself is waited for; of all else, only this looking on dies.
 */
export async function follow(
  place: Place,
  executionArn: string,
  say: (line: string) => void,
  interrupted: AbortSignal,
  { every = everyMs, isNew = false }: Looking = {},
): Promise<Ended | undefined> {
  const tell = teller(place, say);
  let away = false;
  let unknown = isNew ? newLooks : 0;
  while (!interrupted.aborted) {
    try {
      const { events, ...found } = await look(place, executionArn);
      away = false;
      unknown = 0;
      for (const event of events) tell(event);
      if (found.status !== 'RUNNING') return found;
    } catch (error) {
      const spoken = await spokenOf(error);
      if (unknown > 0 && error instanceof ExecutionDoesNotExist) unknown--;
      else if (!passes(error)) throw lostBy(error, spoken, isNew);
      else if (!away) say(`          ${spoken.message}. It is asked again and again.`);
      away = passes(error);
    }
    await pause(every, interrupted);
  }
  return undefined;
}

/** Of events that come again and again, what is new. */
function teller(place: Place, say: (line: string) => void): (event: HistoryEvent) => void {
  let told = 0;
  let last = '';
  return ({ id = 0, timestamp, stateEnteredEventDetails: entered, taskScheduledEventDetails: scheduled }) => {
    if (id <= told) return;
    told = id;
    if (entered) {
      const now = about(entered.name ?? '');
      if (now !== last) say(`${timestamp?.toISOString().slice(11, 19) ?? ''}  ${now}`);
      last = now;
    }
    const asked = askedIn(scheduled?.parameters);
    if (asked) for (const line of toApprove(place, asked)) say(`          ${line}`);
  };
}

/** What the machine hands to the function that asks. */
function askedIn(parameters: string | undefined): AskInput | undefined {
  const { Payload } = JSON.parse(parameters ?? '{}') as { readonly Payload?: Partial<AskInput> };
  return Payload?.Action === 'ask' ? (Payload as AskInput) : undefined;
}

const toApprove = ({ environment: { name } }: Place, { Facts, Names, Until }: AskInput): readonly string[] => [
  ...Facts,
  `Until ${Until} it waits for ${Names.join(' and ')}. To approve, or with --reject to refuse:`,
  ...Names.map((each) => `npx plinth recover approve --env ${name} --as ${each}`),
];

const spokenOf = (error: unknown): Promise<Error> =>
  spokenByAws(() => Promise.reject(error)).catch((each: unknown) => each as Error);

function lostBy(error: unknown, spoken: Error, isNew: boolean): Error {
  const isNone = !isNew && (error instanceof ExecutionDoesNotExist || error instanceof InvalidArn);
  return isNone || !(spoken instanceof OperationError) ? spoken : new LostSight(spoken.message);
}

async function look({ account: { sfn } }: Place, executionArn: string) {
  const { status = '', output, error, cause } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
  const { events = [] } = await sfn.send(
    // What a recovery does in hours of waiting is told as far back as this goes.
    new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 1_000 }),
  );
  return {
    ...{ execution: executionArn, status, error, cause },
    ...(output !== undefined && { output: JSON.parse(output) as unknown }),
    events: events.reverse(),
  };
}

/** The one that is under way, else the last one. */
export async function newestExecution({ account: { sfn }, settings, environment }: Place): Promise<string> {
  const found = await spokenByAws(async () => {
    const pages = paginateListExecutions({ client: sfn }, { stateMachineArn: settings.Machine });
    for await (const { executions = [] } of pages) {
      const newest = [...executions].sort((a, b) => Number(b.startDate) - Number(a.startDate));
      return (newest.find(({ status }) => status === 'RUNNING') ?? newest[0])?.executionArn;
    }
    return undefined;
  });
  if (found !== undefined) return found;
  throw new OperationError(`There has been no recovery of ${environment.prefix}.`);
}

/** Resolves early when whoever looks on has had enough. */
const pause = (milliseconds: number, interrupted: AbortSignal): Promise<void> =>
  sleep(milliseconds, undefined, { signal: interrupted }).catch(() => undefined);
