import { type Check, placeOf } from '../rule';

export const grantToPublic: Check<Record<never, never>> = function* ({ statement }) {
  const { node } = statement;
  const grant =
    'GrantStmt' in node
      ? node.GrantStmt
      : 'AlterDefaultPrivilegesStmt' in node
        ? node.AlterDefaultPrivilegesStmt.action
        : undefined;
  if (grant?.is_grant !== true) return;
  for (const grantee of grant.grantees ?? []) {
    if ('RoleSpec' in grantee && grantee.RoleSpec.roletype === 'ROLESPEC_PUBLIC') {
      yield { at: placeOf(statement, grantee.RoleSpec.location), facts: {} };
    }
  }
};
