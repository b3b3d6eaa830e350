import { type Check, onExisting } from '../rule';

export const setNotNull: Check<{ table: string; column: string }> = function* (context) {
  for (const { table, command, at } of onExisting(context)) {
    const column = command.name ?? '';
    if (command.subtype === 'AT_SetNotNull' && !context.books.provesNotNull(table, column)) {
      yield { at, facts: { table, column } };
    }
  }
};
