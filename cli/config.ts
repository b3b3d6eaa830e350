import { describeProject, loadProject } from '../lib/config';
import { parseArguments, refuseWords } from './arguments';
import { print } from './terminal';
import type { Verb } from './verb';

const options = {
  project: { value: 'DIR', help: 'the folder of plinth.config.ts (default: here)' },
  env: { value: 'NAME', help: 'one environment only (default: all of them)' },
  json: { help: 'everything, with every default filled in, as JSON' },
} as const;

export const config: Verb = {
  options,
  run: async (args) => {
    const { options: given, words } = parseArguments('config', args, options);
    refuseWords('config', words);
    const project = await loadProject(given.project ?? '.');
    const lines = describeProject(project, given.env);
    if (!given.json) for (const line of lines) print(line);
    else print(JSON.stringify(given.env === undefined ? project : project.environments[given.env], undefined, 2));
    return 0;
  },
};
