import type { Check } from '../rule';
import { settingOf } from '../setting';

export const setRole: Check<{ setting: string }> = function* ({ statement: { node } }) {
  const name = settingOf(node)?.name;
  if (name === 'role') yield { facts: { setting: 'the role' } };
  if (name === 'session_authorization') yield { facts: { setting: 'the session authorization' } };
  if ('DiscardStmt' in node && node.DiscardStmt.target === 'DISCARD_ALL') yield { facts: { setting: 'every setting' } };
  if ('VariableSetStmt' in node && node.VariableSetStmt.kind === 'VAR_RESET_ALL')
    yield { facts: { setting: 'every setting' } };
};
