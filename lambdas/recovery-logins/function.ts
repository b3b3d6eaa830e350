import type { SecureParameters } from '../app-database/parameters';
import { asAdmin, type DatabaseSeams, target } from '../shared/admin';
import type { LambdaContext } from '../shared/custom-resource';
import { withSession } from '../shared/database';
import { sentenceOf } from '../shared/failure';
import { log } from '../shared/log';
import { flag, object, oneOf, type Parse, text, wholeNumber } from '../shared/properties';
import type { RecoveryLoginsInput, RecoveryLoginsResult, RecoveryLoginsSettings } from './contract';
import { type LoginSeams, prepare, verify } from './logins';

export interface RecoveryLoginsSeams extends DatabaseSeams {
  readonly readParameter: SecureParameters['read'];
}

const session = { applicationName: 'plinth recovery', lockTimeoutMs: 10_000, statementTimeoutMs: 60_000 };
// To answer, before Lambda ends the process.
const reserveMs = 10_000;

const textOrNull: Parse<string | null> = (value, path) => (value === null ? null : text(value, path));

const parseInput = object<RecoveryLoginsInput>({
  ...{ Action: oneOf('prepare', 'verify'), Host: text, Port: wholeNumber, Recovery: text, Restored: flag },
  RestoresTo: textOrNull,
});

export const recoveryLoginsFunction =
  (seams: RecoveryLoginsSeams, settingsOf: () => RecoveryLoginsSettings) =>
  async (event: unknown, context: LambdaContext): Promise<RecoveryLoginsResult> => {
    try {
      const input = parseInput(event, '');
      const settings = settingsOf();
      const server = { Host: input.Host, Port: input.Port, AdminSecret: settings.AdminSecret };
      const logins: LoginSeams = {
        asAdmin: asAdmin(seams, server, session),
        loginAs: (who, work) =>
          withSession(
            { ...target(server, seams.ca), ...who, host: input.Host, database: settings.Database },
            session,
            work,
          ),
        readParameter: seams.readParameter,
      };
      const until = Date.now() + context.getRemainingTimeInMillis() - reserveMs;
      const result =
        input.Action === 'prepare'
          ? await prepare(logins, settings, input, until)
          : await verify(logins, settings, input);
      log('INFO', input.Action === 'prepare' ? 'The logins are as published.' : 'Verified.', { ...result });
      return result;
    } catch (error) {
      const { message, stack } = error as Error;
      log('ERROR', 'The logins are not in order.', { error: message, stack });
      throw new Error(sentenceOf(error));
    }
  };
