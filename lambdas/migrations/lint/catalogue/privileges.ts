// What belongs into the project's config, and what changes who may do what, or the session that the next file gets.
import { type Rule, rule } from '../rule';
import { createExtension } from '../rules/create-extension';
import { grantToPublic } from '../rules/grant-to-public';
import { manageRole } from '../rules/manage-role';
import { searchPath } from '../rules/search-path';
import { securityDefiner } from '../rules/security-definer';
import { setRole } from '../rules/set-role';

export const privileges: readonly Rule[] = [
  rule({
    name: 'grant-to-public',
    level: 'error',
    check: grantToPublic,
    message: () => 'PUBLIC is every role that there is and will be.',
    help: 'Grant to the role that needs it.',
  }),
  rule({
    name: 'manage-role',
    level: 'error',
    check: manageRole,
    message: ({ command }) => `${command} changes roles, which belong to the whole server and not to this schema.`,
    help: 'Declare roles in plinth.config.ts.',
  }),
  rule({
    name: 'set-role',
    level: 'error',
    check: setRole,
    message: ({ setting }) => `This changes ${setting} of the session, so what follows runs as somebody else.`,
    help: 'Leave it out: every file runs as the owner role.',
  }),
  rule({
    name: 'search-path',
    level: 'warn',
    check: searchPath,
    message: () => 'The search_path that is set here holds beyond this file.',
    help: 'Write SET LOCAL, or name the schema of each object.',
  }),
  rule({
    name: 'create-extension',
    level: 'warn',
    check: createExtension,
    message: ({ name }) => `The extension "${name}" is created here, where its version is nobody's decision.`,
    help: 'Declare it in plinth.config.ts: it then exists before the first migration.',
  }),
  rule({
    name: 'security-definer',
    level: 'error',
    check: securityDefiner,
    message: ({ name }) =>
      `"${name}" runs with its owner's rights and finds its objects by the caller's search_path, which the caller can bend.`,
    help: 'Add SET search_path = pg_catalog, pg_temp, and name the schema of each object in the body.',
  }),
];
