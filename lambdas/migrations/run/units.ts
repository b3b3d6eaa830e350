import { createHash } from 'node:crypto';
import { normalise } from '../checksum';
import type { Script, Statement } from '../script';
import { refusesTransaction, transactionStep } from '../transaction';

/** What a file without a transaction is run in: one statement, or a BEGIN … COMMIT block that the file has. */
export interface Unit {
  readonly statements: readonly Statement[];
  /** Counted from 0: its first statement in the file, and the one after its last. */
  readonly from: number;
  readonly to: number;
  /**
   * `atomic` shares a transaction with its note in the ledger, so it is done exactly once. `alone` is what refuses a
   * transaction, or may end one itself; of that a crash can leave us in doubt.
   */
  readonly kind: 'atomic' | 'block' | 'alone';
}

const mayCommit = ({ node }: Statement) => 'CallStmt' in node || 'DoStmt' in node;

export function unitsOf({ statements }: Script): Unit[] {
  const units: Unit[] = [];
  for (let from = 0; from < statements.length; ) {
    const first = statements[from];
    if (first === undefined) break;
    const isBlock = transactionStep(first.node) === 'begin';
    const end = statements.findIndex(({ node }, i) => i > from && transactionStep(node) === 'end');
    const to = isBlock && end !== -1 ? end + 1 : from + 1;
    const alone = refusesTransaction(first.node) !== undefined || mayCommit(first);
    units.push({
      statements: statements.slice(from, to),
      from,
      to,
      kind: isBlock ? 'block' : alone ? 'alone' : 'atomic',
    });
    from = to;
  }
  return units;
}

/** SET for the session: a run that goes on in the middle has to repeat it. */
export const isSetting = ({ statements: [first] }: Unit) =>
  first !== undefined && 'VariableSetStmt' in first.node && first.node.VariableSetStmt.is_local !== true;

/** Of the statements that are done, so that only the rest of an unfinished file may be edited. */
export function doneChecksum({ statements }: Script, count: number): string {
  const hash = createHash('sha256');
  for (const { text } of statements.slice(0, count)) hash.update(`${normalise(text)}\0`);
  return hash.digest('hex');
}

/** Whether the file chooses its own lock timeout; then we add none. */
export const setsLockTimeout = ({ statements }: Script) =>
  statements.some(({ node }) => 'VariableSetStmt' in node && node.VariableSetStmt.name === 'lock_timeout');
