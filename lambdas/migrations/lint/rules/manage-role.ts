import type { Check } from '../rule';

const commands: Readonly<Record<string, string>> = {
  CreateRoleStmt: 'CREATE ROLE',
  AlterRoleStmt: 'ALTER ROLE',
  AlterRoleSetStmt: 'ALTER ROLE … SET',
  DropRoleStmt: 'DROP ROLE',
  GrantRoleStmt: 'GRANT of a role',
};

export const manageRole: Check<{ command: string }> = function* ({ statement: { kind } }) {
  const command = commands[kind];
  if (command !== undefined) yield { facts: { command } };
};
