import { type Check, onExisting } from '../rule';

export const dropColumn: Check<{ table: string; column: string }> = function* (context) {
  for (const { table, command, at } of onExisting(context)) {
    if (command.subtype === 'AT_DropColumn') yield { at, facts: { table, column: command.name ?? '' } };
  }
};
