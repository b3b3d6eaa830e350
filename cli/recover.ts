import { userInfo } from 'node:os';
import { momentOf } from '../lambdas/recovery-plan/choose';
import type { RecoveryRequest } from '../lambdas/recovery-plan/contract';
import { loadProject, selectEnvironment } from '../lib/config';
import { answerLines, approve } from './approval/approve';
import { type Parsed, parseArguments, UsageError } from './arguments';
import { confirmed } from './ask';
import { openAccount } from './aws/account';
import { type Ended, follow, LostSight, newestExecution } from './recover/follow';
import { type Place, placeOf, planned, start } from './recover/machine';
import { standing, standingLines } from './recover/status';
import { inPlainWords } from './recover/words';
import { print, untilInterrupted } from './terminal';
import type { Verb } from './verb';

const options = {
  project: { value: 'DIR', help: 'the folder of plinth.config.ts (default: here)' },
  env: { value: 'NAME', help: 'the environment (default: the only one)' },
  to: { value: 'TIME', help: 'the last moment at which all was well, like 2026-11-21T04:00:00Z, or "latest"' },
  'from-snapshot': { value: 'NAME', help: 'restore this snapshot instead' },
  recovery: { value: 'NAME', help: 'resume, swap-back: which one, like 20261121-041205 (default: the newest)' },
  'dry-run': { help: 'tell what would be done, and do nothing' },
  yes: { help: 'do not ask: it is meant' },
  'no-follow': { help: 'start it, and do not wait for its end' },
  execution: { value: 'NAME', help: 'follow, approve: which one (default: the one that is under way)' },
  as: { value: 'NAME', help: 'approve: whose approval this is, one of recovery.approvals' },
  reject: { help: 'approve: refuse it, at once' },
  comment: { value: 'TEXT', help: 'approve: what is kept beside your name' },
  json: { help: 'the result as JSON, and nothing else' },
} as const;

type Given = Parsed<typeof options>;

const own: Readonly<Record<string, readonly (keyof Given)[]>> = {
  '': ['to', 'from-snapshot', 'dry-run', 'yes', 'no-follow'],
  status: [],
  follow: ['execution'],
  resume: ['recovery', 'dry-run', 'yes', 'no-follow'],
  'swap-back': ['recovery', 'dry-run', 'yes', 'no-follow'],
  approve: ['execution', 'as', 'reject', 'comment', 'yes'],
};
const everywhere: readonly string[] = ['project', 'env', 'json'];

export const recover: Verb = {
  words: 'status|follow|approve|resume|swap-back',
  options,
  run: async (args) => {
    const { options: given, words } = parseArguments('recover', args, options);
    const [action = '', extra] = words;
    checkWords(action, extra, given);
    // Before anybody is asked for credentials.
    const request = ['', 'resume', 'swap-back'].includes(action) ? requestOf(action, given) : undefined;
    const environment = selectEnvironment(await loadProject(given.project ?? '.'), given.env);
    const account = openAccount({ region: environment.region });
    try {
      if (action === 'approve') {
        const { prefix, recovery } = environment;
        const answer = await approve(account, { prefix, verb: 'recover approve', names: recovery.approvals }, given);
        if (answer) say(given, answer, answerLines(answer));
        else print('Nothing was answered.');
        return answer ? 0 : 1;
      }
      const place = await placeOf(account, environment);
      try {
        return await (request ? begin(place, request, given) : look(place, action, given));
      } finally {
        place.close();
      }
    } finally {
      account.close();
    }
  },
};

async function look(place: Place, action: string, given: Given): Promise<number> {
  if (action === 'follow') {
    const name = given.execution;
    return followed(place, name === undefined ? await newestExecution(place) : arnOf(place, name), given);
  }
  const found = await standing(place);
  say(given, found, standingLines(found, place.environment.name));
  return 0;
}

async function begin(place: Place, request: RecoveryRequest, given: Given): Promise<number> {
  const { environment } = place;
  const plan = await planned(place, request, given.json ? () => undefined : print);
  if (!given.json) for (const line of inPlainWords(plan, environment)) print(line);
  if (given['dry-run']) {
    if (given.json) print(JSON.stringify({ plan }, undefined, 2));
    return 0;
  }
  if (!given.yes && !(await confirmed(environment.prefix))) {
    print('Nothing was done.');
    return 1;
  }
  // By the name that was just shown.
  const execution = await start(place, { ...request, recovery: plan.Recovery });
  if (!given.json) print(`Started: execution ${execution.split(':').at(-1)}`);
  if (!given['no-follow']) return followed(place, execution, given, true);
  if (given.json) print(JSON.stringify({ plan, execution }, undefined, 2));
  else print(`Follow it:  npx plinth recover follow --env ${environment.name}`);
  return 0;
}

function requestOf(action: string, given: Given): RecoveryRequest {
  // Kept with the execution; who it was for certain stands in CloudTrail.
  const by = userInfo().username;
  if (given.json && !given.yes && !given['dry-run']) {
    throw new UsageError('--json asks nothing; --yes says that it is meant.');
  }
  const { to, recovery } = given;
  const snapshot = given['from-snapshot'];
  if (action !== '') {
    return { action: action === 'resume' ? 'resume' : 'swapBack', ...(recovery !== undefined && { recovery }), by };
  }
  if ((to === undefined) === (snapshot === undefined)) {
    throw new UsageError(
      `"plinth recover" takes one of --to TIME and --from-snapshot NAME; ${to === undefined ? 'none' : 'both'} was given.`,
    );
  }
  if (to !== undefined && to !== 'latest') momentOf(to);
  return { action: 'recover', ...(to === undefined ? { snapshot: snapshot ?? '' } : { time: to }), by };
}

/** Who looks on cannot see it any more: neither done nor failed. */
const lostSight = 3;

async function followed(place: Place, execution: string, given: Given, isNew = false): Promise<number> {
  const { name } = place.environment;
  let ended: Ended | undefined;
  let lost = '';
  const code = await untilInterrupted(
    async (interrupted) => {
      try {
        ended = await follow(place, execution, given.json ? () => undefined : print, interrupted, { isNew });
        return ended?.status === 'SUCCEEDED' ? 0 : 1;
      } catch (error) {
        if (!(error instanceof LostSight)) throw error;
        lost = error.message;
        return lostSight;
      }
    },
    async () => undefined,
  );
  if (ended === undefined) {
    const goesOn = `The recovery goes on; only the looking on has stopped. Follow it:  npx plinth recover follow --env ${name}`;
    say(given, { execution, lost }, [lost, goesOn]);
    return code;
  }
  const { status, error, cause, output } = ended;
  const { Verified, Aside, KeepUntil, Unset = [] } = (output ?? {}) as Output;
  say(
    given,
    ended,
    status === 'SUCCEEDED'
      ? [
          `Done. ${Verified}`,
          ...Unset,
          ...(Aside == null ? [] : [`${Aside} is kept until ${KeepUntil} at least.`]),
          'What to do next: docs/recovery.md, "Afterwards".',
        ]
      : [`It stopped (${status.toLowerCase()}). ${error ?? ''}: ${cause ?? ''}`],
  );
  return code;
}

/** What the machine ends with. */
interface Output {
  readonly Verified?: string;
  readonly Aside?: string | null;
  readonly KeepUntil?: string | null;
  readonly Unset?: readonly string[];
}

function say({ json }: Given, result: unknown, lines: readonly string[]): void {
  if (json) print(JSON.stringify(result, undefined, 2));
  else for (const line of lines) print(line);
}

const arnOf = ({ settings }: Place, name: string) =>
  name.startsWith('arn:') ? name : `${settings.Machine.replace(':stateMachine:', ':execution:')}:${name}`;

function checkWords(action: string, extra: string | undefined, given: Given): void {
  const known = own[action];
  if (!known) {
    const actions = Object.keys(own).slice(1).join(', ');
    throw new UsageError(`"plinth recover" takes no word, or one of ${actions}; "${action}" was given.`);
  }
  const verb = `plinth recover${action === '' ? '' : ` ${action}`}`;
  if (extra !== undefined) throw new UsageError(`"${verb}" takes no further words; "${extra}" was given.`);
  const foreign = Object.entries(given).find(
    ([key, value]) =>
      value !== undefined && value !== false && ![...everywhere, ...(known as readonly string[])].includes(key),
  );
  if (foreign) throw new UsageError(`"${verb}" does not take --${foreign[0]}.`);
}
