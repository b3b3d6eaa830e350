import type { Script, Statement } from '../script';
import { transactionStep } from '../transaction';

export interface Body {
  /** What has to come before the ledger's own statement: PostgreSQL takes an isolation level before the first query only. */
  readonly first: readonly string[];
  /** The text of the file with those, and what Prisma wrote for a transaction, made blank: every offset stays. */
  readonly body: string;
  /** The statements that are left in it. */
  readonly statements: readonly Statement[];
}

const isCharacteristic = ({ node }: Statement) =>
  'VariableSetStmt' in node &&
  node.VariableSetStmt.kind === 'VAR_SET_MULTI' &&
  node.VariableSetStmt.name === 'TRANSACTION';

/** `BEGIN ISOLATION LEVEL SERIALIZABLE` asks for something, and the BEGIN that we send does not. */
function characteristicOf({ node, text }: Statement): string[] {
  if (transactionStep(node) !== 'begin') return [];
  const rest = text.replace(/^\s*(BEGIN|START)\s*(TRANSACTION|WORK)?\s*/i, '');
  return rest === '' ? [] : [`SET TRANSACTION ${rest}`];
}

export function bodyOf({ statements, layout, sendable }: Script): Body {
  const isOwn = ({ node }: Statement) => layout === 'prisma' && transactionStep(node) !== undefined;
  const sent = statements.filter((statement) => !isOwn(statement));
  const end = sent.findIndex((statement) => !isCharacteristic(statement));
  const leading = sent.slice(0, end === -1 ? sent.length : end);
  const blanked = leading.reduce(
    (text, { offset, text: own }) =>
      text.slice(0, offset) + own.replace(/[^\r\n]/g, ' ') + text.slice(offset + own.length),
    sendable,
  );
  const opening = statements.find(isOwn);
  return {
    first: [...(opening === undefined ? [] : characteristicOf(opening)), ...leading.map(({ text }) => text)],
    body: blanked,
    statements: sent.slice(leading.length),
  };
}
