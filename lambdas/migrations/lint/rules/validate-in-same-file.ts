import type { Check } from '../rule';

/** The transaction still holds the strong lock of the ADD, so the scan is as bad as without NOT VALID. */
export const validateInSameFile: Check<{ table: string; constraint: string }> = function* (context) {
  const { script, statement, books, alterations } = context;
  if (script.transaction === 'none' && !statement.insideOwnTransaction) return;
  for (const { table, command, at } of alterations) {
    const constraint = command.name ?? '';
    if (
      command.subtype === 'AT_ValidateConstraint' &&
      books.addedNotValidHere(table, constraint) &&
      !books.isNew(table)
    ) {
      yield { at, facts: { table, constraint } };
    }
  }
};
