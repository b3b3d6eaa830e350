import { idOf } from '../heartbeat/manifest/digests';
import { asAdmin, type DatabaseSeams, target } from '../shared/admin';
import { systemClock } from '../shared/clock';
import type { LambdaContext } from '../shared/custom-resource';
import { withSession } from '../shared/database';
import { OperationError } from '../shared/errors';
import { sentenceOf } from '../shared/failure';
import { log } from '../shared/log';
import { redact } from '../shared/redact';
import type { BundledProject, DrillCheckResult } from './contract';
import { parseInput } from './input';
import type { LoggingIn } from './login';
import { checkRestored, type Seams } from './run';

export interface DrillCheckSeams extends DatabaseSeams, Pick<LoggingIn, 'readParameter'>, Pick<Seams, 'sessions'> {
  readonly bundled: () => BundledProject;
}

// To end a statement, to cut the answer and to send it, before Lambda ends the process.
const reserveMs = 30_000;

const settings = { applicationName: 'plinth drill check', lockTimeoutMs: 10_000 };

/** Judges a restored database. Only an input that makes no sense is an error; all else is in the answer. */
export const drillCheckFunction =
  (seams: DrillCheckSeams) =>
  async (event: unknown, context: LambdaContext): Promise<DrillCheckResult> => {
    try {
      const input = parseInput(event, '');
      const project = seams.bundled();
      refuseOther(project, input.Expected.MigrationHead);
      const { Instance, Database } = input;
      const open = asAdmin(seams, Instance, settings);
      const answer = await checkRestored(
        {
          now: systemClock.now,
          ...(seams.sessions !== undefined && { sessions: seams.sessions }),
          readParameter: seams.readParameter,
          asAdmin: (work) => open(Database, work),
          loginAs: (who, work) =>
            withSession({ ...target(Instance, seams.ca), ...who, database: Database }, settings, work),
        },
        input,
        project,
        Date.now() + context.getRemainingTimeInMillis() - reserveMs,
      );
      for (const { Name, Passed, Found, Warning, Milliseconds } of answer.Checks) {
        log(Passed ? 'INFO' : 'WARN', 'Check.', { Name, Passed, Found, Warning, Milliseconds });
      }
      log('INFO', 'Checked.', { Passed: answer.Passed, Measured: answer.Measured });
      return JSON.parse(redact(JSON.stringify(answer))) as DrillCheckResult;
    } catch (error) {
      const { message, stack } = error as Error;
      log('ERROR', 'The checks could not be run.', { error: message, stack });
      throw new Error(sentenceOf(error));
    }
  };

/** The definition of the state machine and this bundle are of one deployment, or nothing that they say fits together. */
function refuseOther({ migrations }: BundledProject, head: string): void {
  const bundled = idOf(migrations.at(-1) ?? 'none');
  if (bundled === head) return;
  throw new OperationError(
    `The bundle ends with the migration ${bundled}, and the input says ${head}; they come from two versions of the project.`,
  );
}
