import { transactionStep } from '../../transaction';
import type { Check } from '../rule';

/**
 * In a file that we wrap in a transaction, any. A file that runs by itself may have whole BEGIN … COMMIT blocks, and so
 * may one of Prisma's, which writes them itself.
 */
export const transactionControl: Check<{ command: string; why: string }> = function* ({ statement, script }) {
  const { node, text } = statement;
  if (!('TransactionStmt' in node)) return;
  const [command = ''] = /^[A-Za-z]+( TRANSACTION| TO| PREPARED)?/i.exec(text.replace(/\s+/g, ' ')) ?? [];
  const facts = (why: string) => ({ facts: { command: command.toUpperCase(), why } });
  const step = transactionStep(node);
  const mayHaveOwn = script.transaction === 'none' || script.layout === 'prisma';
  if (step === undefined || !mayHaveOwn) {
    const why = mayHaveOwn
      ? 'only whole BEGIN … COMMIT blocks may stand here'
      : 'the file already runs in a transaction of its own';
    yield facts(why);
    return;
  }
  const others = script.statements.filter((other) => other.node !== node && transactionStep(other.node) !== undefined);
  const before = others.filter(({ offset }) => offset < statement.offset).at(-1);
  const after = others.find(({ offset }) => offset > statement.offset);
  const partner = step === 'begin' ? after : before;
  const wanted = step === 'begin' ? 'end' : 'begin';
  if (partner === undefined || transactionStep(partner.node) !== wanted) {
    yield facts(step === 'begin' ? 'no COMMIT follows it' : 'no BEGIN precedes it');
  }
};
