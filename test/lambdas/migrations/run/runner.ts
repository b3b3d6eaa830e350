// A process that migrates, so that a test can kill it. It says each event, and each notice of the server, in a line of
// JSON; the last line is its result or its error.
import { up } from '../../../../lambdas/migrations/up';
import { type ConnectionTarget, withSession } from '../../../../lambdas/shared/database';
import { setOf } from './helpers';

interface Orders {
  readonly target: ConnectionTarget;
  readonly files: Readonly<Record<string, string>>;
}

const say = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`);
const { target, files } = JSON.parse(process.env['PLINTH_ORDERS'] ?? '') as Orders;

withSession(target, { applicationName: 'runner' }, (session) => {
  session.on('notice', ({ message }) => say({ event: 'notice', message }));
  return up(session, setOf(files), { report: say });
}).then(
  (result) => say({ event: 'result', result }),
  (error: Error) => say({ event: 'error', message: error.message }),
);
