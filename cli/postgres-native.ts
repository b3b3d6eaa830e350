import { join } from 'node:path';
import { provideNativePostgres } from '../postgres/native/provide';
import { parseArguments, refuseWords } from './arguments';
import { print } from './terminal';
import type { Verb } from './verb';

const options = { 'dry-run': { help: 'say what it would do, and do nothing' } } as const;

export const postgresNative: Verb = {
  options,
  run: async (args) => {
    const { options: given, words } = parseArguments('postgres-native', args, options);
    refuseWords('postgres-native', words);
    await provideNativePostgres({ root: join(__dirname, '..'), print, dryRun: given['dry-run'] });
    return 0;
  },
};
