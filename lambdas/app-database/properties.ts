import type { AppDatabaseProperties } from '../shared/contract';
import { list, numberOr, object, oneOf, text } from '../shared/properties';
import { common } from '../shared/resource-properties';
import type { AppRoles, LoginRole } from './contract';

const login = {
  name: text,
  connectionLimit: numberOr('unlimited'),
  statementTimeout: text,
  idleInTransactionSessionTimeout: text,
  searchPath: list(text),
};

export const roles = object<AppRoles>({
  app: object<AppRoles['app']>({ ...login, grants: oneOf('readWrite', 'insertSelect') }),
  readonly: object<LoginRole>(login),
  migrator: object<LoginRole>(login),
  owner: object<AppRoles['owner']>({ name: text }),
});

export const properties = object<AppDatabaseProperties>({
  ...common,
  Roles: roles,
  OnRemove: oneOf('retain', 'reassign', 'drop'),
  Parameters: object<AppDatabaseProperties['Parameters']>({ app: text, readonly: text }),
  Key: text,
  OnDelete: oneOf('retain', 'drop'),
});
