import { setTimeout } from 'node:timers/promises';
import { DescribeExecutionCommand, GetExecutionHistoryCommand, paginateListExecutions } from '@aws-sdk/client-sfn';
import { OperationError } from '../../lambdas/shared/errors';
import { spokenByAws } from '../aws/account';
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

/** Tells each thing that a recovery does when it begins with it, until it has ended. */
export async function follow(
  place: Place,
  executionArn: string,
  say: (line: string) => void,
  interrupted: AbortSignal,
): Promise<Ended | undefined> {
  let told = 0;
  let last = '';
  while (!interrupted.aborted) {
    const { entered, ...found } = await look(place, executionArn);
    for (const { id = 0, timestamp, stateEnteredEventDetails } of entered) {
      const state = stateEnteredEventDetails?.name ?? '';
      const now = about(state);
      if (id > told && now !== last) {
        say(`${timestamp?.toISOString().slice(11, 19) ?? ''}  ${now}`);
        if (state === 'Ask') for (const line of toApprove(place)) say(line);
        last = now;
      }
      told = Math.max(told, id);
    }
    if (found.status !== 'RUNNING') return found;
    await pause(everyMs, interrupted);
  }
  return undefined;
}

const toApprove = ({ environment: { name, recovery } }: Place): readonly string[] =>
  recovery.approvals.map(
    (each) =>
      `          npx plinth recover approve --env ${name} --as ${each}   (or --reject; it shows what was found)`,
  );

async function look({ account: { sfn } }: Place, executionArn: string) {
  return spokenByAws(async () => {
    const { status = '', output, error, cause } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    const { events = [] } = await sfn.send(
      // What a recovery does in hours of waiting is told as far back as this goes.
      new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 1_000 }),
    );
    return {
      ...{ execution: executionArn, status, error, cause },
      ...(output !== undefined && { output: JSON.parse(output) as unknown }),
      entered: events.filter(({ stateEnteredEventDetails }) => stateEnteredEventDetails).reverse(),
    };
  });
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
  setTimeout(milliseconds, undefined, { signal: interrupted }).catch(() => undefined);
