// A process that bootstraps, and is killed by SIGKILL when it is about to send its n-th statement.
import { ensureAppDatabase } from '../../../lambdas/app-database/ensure';
import type { OpenDatabase } from '../../../lambdas/shared/database';
import { inputOf, opener, soon } from './helpers';

const [instance, prefix, statements] = JSON.parse(process.argv[2] ?? '') as [
  Parameters<typeof opener>[0]['instance'],
  string,
  number,
];
const open = opener({ instance });
let left = statements;

const counted: OpenDatabase = (database, work) =>
  open(database, (session) => {
    const send = session.query.bind(session) as (...args: unknown[]) => unknown;
    Object.assign(session, {
      query: (...args: unknown[]) => {
        left -= 1;
        if (left === 0) process.kill(process.pid, 'SIGKILL');
        return send(...args);
      },
    });
    return work(session);
  });

void ensureAppDatabase(counted, inputOf(prefix), soon()).then(() => process.stdout.write('finished'));
