import { resolve } from 'node:path';
import { openPlace } from '../postgres/open';
import type { PostgresPlace } from '../postgres/place';
import { connectionUrl } from '../postgres/url-of';
import { parseArguments, refuseWords, wholeNumber } from './arguments';
import { print, untilInterrupted } from './terminal';
import type { Verb } from './verb';

const options = {
  postgres: { value: 'KIND', help: 'embedded (default), native or url' },
  url: { value: 'URL', help: 'for url: the server, as a role that may create roles and databases' },
  binaries: { value: 'DIR', help: 'for native: the folder with postgres, initdb and pg_ctl' },
  database: { value: 'NAME', help: 'the database to create (default: app)' },
  port: { value: 'PORT', help: 'the port on localhost (default: a free one)' },
  keep: { help: 'keep the data in .plinth/db, and take them up again next time' },
} as const;

export const db: Verb = {
  options,
  run: async (args) => {
    const { options: given, words } = parseArguments('db', args, options);
    refuseWords('db', words);
    const kind = given.postgres ?? 'embedded';
    const port = wholeNumber('port', given.port, 1024, 65_535);
    let opening: Promise<PostgresPlace> | undefined;
    return untilInterrupted(
      async (interrupted) => {
        opening = openPlace(kind, {
          ...(given.url && { url: given.url }),
          ...(given.binaries && { binaries: given.binaries }),
        });
        const place = await opening;
        const directory = given.keep && kind !== 'url' ? resolve('.plinth', 'db', kind) : undefined;
        const instance = await place.create({
          database: given.database ?? 'app',
          ...(port !== undefined && { port }),
          ...(directory !== undefined && { directory }),
        });
        print(`# ${place.description}`);
        for (const reason of Object.values(place.cannot)) print(`#   unlike RDS: ${reason}`);
        print(`DATABASE_URL=${connectionUrl(instance)}`);
        print(`# Ctrl-C stops it${directory ? `; its data stay in ${directory}` : ' and removes its data'}.`);
        await new Promise((stop) => interrupted.addEventListener('abort', stop));
        return 0;
      },
      async () => (await opening?.catch(() => undefined))?.close(),
    );
  },
};
