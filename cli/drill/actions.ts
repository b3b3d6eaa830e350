import { createHash } from 'node:crypto';
import { GetExecutionHistoryCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { OperationError } from '../../lambdas/shared/errors';
import type { Environment } from '../../lib/config/project';
import { type ApproveOptions, answerLines, approve } from '../approval/approve';
import { UsageError } from '../arguments';
import { type AwsAccount, spokenByAws } from '../aws/account';
import { describe, machinesOf, type Run, runsOf } from './machines';
import { type SourceOptions, sourceOf } from './source';

export interface DrillOptions extends SourceOptions, ApproveOptions {}

export interface Outcome {
  readonly result: unknown;
  readonly lines: readonly string[];
  /** 1 where what was asked about has failed. */
  readonly code?: number;
}

export type Action = (
  account: AwsAccount,
  environment: Environment,
  given: DrillOptions,
  word: string | undefined,
) => Promise<Outcome>;

// As many as fit on a screen.
const mostListed = 20;

export const actions: Readonly<Record<'list' | 'start' | 'show' | 'sign-off', Action>> = {
  list: async (account, environment) => {
    const runs = await runsOf(account, await machinesOf(account, environment), mostListed);
    const lines = await Promise.all(runs.map(async (run) => lineOf(run, await doing(account, run))));
    return { result: runs, lines: lines.length > 0 ? lines : ['No drill has run yet.'] };
  },
  start: async (account, environment, given, word) => {
    const { kinds } = environment.drills;
    const kind = kinds.find((each) => each === (word ?? (kinds.length === 1 ? kinds[0] : undefined)));
    if (kind === undefined) {
      throw new UsageError(
        `start takes the kind of the drill, one of ${kinds.join(', ')}; ${word ? `"${word}"` : 'none'} was given.`,
      );
    }
    const input = JSON.stringify({ source: sourceOf(kind, given) });
    const machine = (await machinesOf(account, environment)).find((each) => each.kind === kind);
    if (!machine) throw new OperationError(`There is no drill of the kind ${kind} deployed in ${environment.name}.`);
    const { executionArn = '' } = await spokenByAws(() =>
      account.sfn.send(new StartExecutionCommand({ stateMachineArn: machine.arn, input })),
    );
    const name = nameOf(executionArn);
    return {
      result: { execution: executionArn },
      lines: [
        `A drill of the kind ${machine.kind} has started: ${name}`,
        `Follow it:  npx plinth drill show --env ${environment.name} --execution ${name}`,
      ],
    };
  },
  show: async (account, environment, { execution }) => {
    const runs = await runsOf(account, await machinesOf(account, environment), execution === undefined ? 1 : 1000);
    const run = execution === undefined ? runs[0] : runs.find((each) => fits(each, execution));
    if (!run) {
      throw new OperationError(
        execution === undefined
          ? 'No drill has run yet.'
          : `There is no drill "${execution}"; "plinth drill list" tells them.`,
      );
    }
    const told = await describe(account, run.executionArn ?? '');
    const { status, error, cause, output } = told;
    const lines = [
      lineOf(run, await doing(account, run)),
      ...(error === undefined ? [] : [`  ${error}: ${cause ?? ''}`]),
      ...(output === undefined ? [] : [`  ${reportIn(output)}`]),
    ];
    const failed = status !== 'RUNNING' && status !== 'SUCCEEDED';
    return { result: told, lines, code: failed ? 1 : 0 };
  },
  'sign-off': async (account, { name, prefix, drills }, given) => {
    const names = drills.signOff;
    if (names.length === 0) throw new UsageError(`${name} has no drills.signOff, so no drill waits for anybody.`);
    const answer = await approve(account, { prefix, verb: 'drill sign-off', names }, given);
    if (answer === undefined) return { result: null, lines: ['Nothing was answered.'], code: 1 };
    return { result: answer, lines: answerLines(answer) };
  },
};

const nameOf = (arn: string) => arn.split(':').at(-1) ?? arn;

/** By its ARN, its name, or the name of its instance, which the machine makes of the ARN in the same way. */
const fits = ({ executionArn = '', name = '' }: Run, wanted: string) =>
  [executionArn, name].includes(wanted) ||
  wanted.endsWith(`-drill-${createHash('sha256').update(executionArn).digest('hex').slice(0, 12)}`);

const timeOf = (date: Date | undefined) => date?.toISOString().slice(0, 19).replace('T', ' ') ?? '';

function lineOf({ kind, name, status, startDate }: Run, now: string | undefined): string {
  const state = now === undefined ? String(status).toLowerCase() : `running (${now})`;
  return `${timeOf(startDate)}  ${kind.padEnd(11)}  ${name ?? ''}  ${state}`;
}

/** Of one that runs, the state that it is in. */
async function doing({ sfn }: AwsAccount, { executionArn, status }: Run): Promise<string | undefined> {
  if (status !== 'RUNNING') return undefined;
  const { events = [] } = await spokenByAws(() =>
    sfn.send(new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 50 })),
  );
  const state = events.find(({ stateEnteredEventDetails }) => stateEnteredEventDetails)?.stateEnteredEventDetails?.name;
  return state === 'AskForSignOff' ? 'waits to be signed off' : (state ?? 'begins');
}

function reportIn(output: string): string {
  const { Report } = JSON.parse(output) as { Report?: string };
  return Report === undefined ? output : `Report: ${Report}`;
}
