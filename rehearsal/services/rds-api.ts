import type { Service } from '../cloud/call';
import type { ServicePrincipals } from '../iam/services';
import type { Databases } from './databases';
import { databasesService } from './databases-api';
import type { Modifications } from './modifications';
import { modifyOperations } from './modify-api';
import type { Restores } from './restores';
import { restoreOperations } from './restores-api';

export interface RdsParts {
  readonly databases: Databases;
  readonly restores: Restores;
  readonly modifications: Modifications;
  readonly authorizer: { readonly services: ServicePrincipals };
}

/** All of RDS's API that there is here. */
export const rdsService = ({ databases, restores, modifications, authorizer }: RdsParts): Service =>
  databasesService(databases, restores, {
    ...restoreOperations(databases, restores),
    ...modifyOperations(databases, restores, modifications, authorizer.services),
  });
