import { roles } from '../app-database/properties';
import { asAdmin, type DatabaseSeams } from '../shared/admin';
import type { Server } from '../shared/contract';
import type { LambdaContext } from '../shared/custom-resource';
import { sentenceOf } from '../shared/failure';
import { log } from '../shared/log';
import { object, oneOf, text, wholeNumber } from '../shared/properties';
import { indexes } from '../vector-indexes/properties';
import type { DrillRolesInput, DrillRolesResult } from './contract';
import { bringRoles, type DrillRolesSeams, setSearches } from './roles';

// To answer, before Lambda ends the process.
const reserveMs = 15_000;

const session = { applicationName: 'plinth drill roles', lockTimeoutMs: 10_000 };

const parse = object<DrillRolesInput>({
  Action: oneOf('before', 'after'),
  Instance: object<Server>({ Host: text, Port: wholeNumber, AdminSecret: text }),
  Database: text,
  Roles: roles,
  AppParameter: text,
  VectorIndexes: indexes,
});

export const drillRolesFunction =
  (seams: DatabaseSeams & Pick<DrillRolesSeams, 'readParameter'>) =>
  async (event: unknown, context: LambdaContext): Promise<DrillRolesResult> => {
    try {
      const input = parse(event, '');
      const { readParameter } = seams;
      const open = asAdmin(seams, input.Instance, session);
      const until = Date.now() + context.getRemainingTimeInMillis() - reserveMs;
      const result =
        input.Action === 'before'
          ? await bringRoles({ open, readParameter }, input, until)
          : await setSearches({ open }, input);
      log('INFO', 'The roles of the copy.', { action: input.Action, ...result });
      return result;
    } catch (error) {
      const { message, stack } = error as Error;
      log('ERROR', 'The roles could not be brought.', { error: message, stack });
      throw new Error(sentenceOf(error));
    }
  };
