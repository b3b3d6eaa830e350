import { loadProject, selectEnvironment } from '../lib/config';
import { parseArguments, UsageError } from './arguments';
import { print } from './terminal';
import type { Verb } from './verb';

const options = {
  project: { value: 'DIR', help: 'the folder of plinth.config.ts (default: here)' },
  env: { value: 'NAME', help: 'the environment (default: the only one)' },
  execution: {
    value: 'NAME',
    help: 'show, sign-off: which drill, by its execution (default: the newest; the one that waits)',
  },
  as: { value: 'NAME', help: 'sign-off: whose approval this is, one of drills.signOff' },
  reject: { help: 'sign-off: refuse it, at once' },
  comment: { value: 'TEXT', help: 'sign-off: what is kept beside your name' },
  yes: { help: 'sign-off: do not ask: it is meant' },
  snapshot: { value: 'NAME', help: 'start snapshot: this one (default: the newest)' },
  tier: { value: 'NAME', help: 'start snapshot: the newest of hourly, daily, weekly or monthly' },
  to: { value: 'TIME', help: 'start pointInTime: as of this time (default: the latest)' },
  'random-within-days': { value: 'DAYS', help: 'start: a backup, or a time, of so many days by chance' },
  json: { help: 'the result as JSON' },
} as const;

const own: Readonly<Record<string, readonly string[]>> = {
  list: [],
  start: ['snapshot', 'tier', 'to', 'random-within-days'],
  show: ['execution'],
  'sign-off': ['execution', 'as', 'reject', 'comment', 'yes'],
};
const everywhere = ['project', 'env', 'json'];

export const drill: Verb = {
  words: Object.keys(own).join('|'),
  options,
  run: async (args) => {
    const { options: given, words } = parseArguments('drill', args, options);
    const [name = '', word, ...more] = words;
    if (!Object.hasOwn(own, name)) {
      throw new UsageError(`"plinth drill" takes one of ${Object.keys(own).join(', ')}; "${name}" was given.`);
    }
    const [extra] = name === 'start' ? more : [word, ...more];
    if (extra !== undefined)
      throw new UsageError(`"plinth drill ${name}" takes no further words; "${extra}" was given.`);
    const foreign = Object.entries(given).find(
      ([key, value]) => value !== undefined && value !== false && ![...everywhere, ...(own[name] ?? [])].includes(key),
    );
    if (foreign) throw new UsageError(`"plinth drill ${name}" does not take --${foreign[0]}.`);
    // Loaded when it is needed: AWS's clients take a third of a second.
    const { actions } = require('./drill/actions') as typeof import('./drill/actions');
    const { openAccount } = require('./aws/account') as typeof import('./aws/account');
    const action = actions[name as keyof typeof actions];
    const environment = selectEnvironment(await loadProject(given.project ?? '.'), given.env);
    const account = openAccount({ region: environment.region });
    try {
      const { result, lines, code = 0 } = await action(account, environment, given, word);
      if (given.json) print(JSON.stringify(result, undefined, 2));
      else for (const line of lines) print(line);
      return code;
    } finally {
      account.close();
    }
  },
};
