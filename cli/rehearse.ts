import { loadProject, selectEnvironment } from '../lib/config';
import { openPlace } from '../postgres/open';
import type { PostgresPlace } from '../postgres/place';
import { checkInstance } from '../postgres/self-check';
import { parseArguments, refuseWords } from './arguments';
import { print, untilInterrupted } from './terminal';
import type { Verb } from './verb';

const options = {
  project: { value: 'DIR', help: 'the folder of plinth.config.ts (default: here)' },
  env: { value: 'NAME', help: 'the environment to rehearse (default: dev, or the only one)' },
  postgres: { value: 'KIND', help: 'embedded (default), native or url' },
  url: { value: 'URL', help: 'for url: the server, as a role that may create roles and databases' },
} as const;

export const rehearse: Verb = {
  summary: 'start the database of an environment here, show that it works, and remove it again',
  options,
  run: async (args) => {
    const { options: given, words } = parseArguments('rehearse', args, options);
    refuseWords('rehearse', words);
    const project = await loadProject(given.project ?? '.');
    const environment = selectEnvironment(project, given.env ?? ('dev' in project.environments ? 'dev' : undefined));
    let opening: Promise<PostgresPlace> | undefined;
    const start = performance.now();
    const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;
    return untilInterrupted(
      async () => {
        print(`Rehearsing ${environment.prefix}`);
        opening = openPlace(given.postgres ?? 'embedded', given.url === undefined ? {} : { url: given.url });
        const place = await opening;
        const instance = await place.create({
          database: environment.database.name,
          master: { user: environment.database.adminUser },
        });
        print(`  ${place.description}, on port ${instance.port}  ${seconds(performance.now() - start)}`);
        await checkInstance(place, instance, ({ what, milliseconds }) => print(`  ${what}  ${seconds(milliseconds)}`));
        print(`It works, and is gone again. ${seconds(performance.now() - start)} in all.`);
        return 0;
      },
      async () => (await opening?.catch(() => undefined))?.close(),
    );
  },
};
