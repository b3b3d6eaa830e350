import { refusesTransaction } from '../../transaction';
import type { Check } from '../rule';

export const needsNoTransaction: Check<{ command: string }> = function* ({ statement, script }) {
  const command = refusesTransaction(statement.node);
  const inside = script.transaction === 'file' || statement.insideOwnTransaction;
  if (command !== undefined && inside) yield { facts: { command } };
};
