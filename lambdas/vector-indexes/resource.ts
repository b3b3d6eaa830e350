import { asAdmin, type DatabaseSeams } from '../shared/admin';
import type { VectorIndexesProperties } from '../shared/contract';
import { customResource } from '../shared/custom-resource';
import { OperationError } from '../shared/errors';
import type { IndexReport } from './contract';
import { properties } from './properties';
import { reconcile } from './reconcile';

/** Does not wait for a large index: its build is started, goes on in the server, and the answer names it. */
export const vectorIndexesResource = (seams: DatabaseSeams) =>
  customResource<VectorIndexesProperties>({
    name: 'vector-indexes',
    properties,
    ensure: async ({ properties: { Server, Database, Owner, SearchRoles, Indexes, Environment }, until, log }) => {
      const open = (applicationName: string) => asAdmin(seams, Server, { applicationName });
      const { ok, indexes, roleSettings, extra } = await open('plinth vector indexes')(Database, (session) =>
        reconcile(
          session,
          { indexes: Indexes, owner: Owner, searchRoles: SearchRoles },
          { until, connect: ({ applicationName }, work) => open(applicationName)(Database, work) },
        ),
      );
      log('INFO', 'The vector indexes.', { indexes, roleSettings, extra });
      if (!ok) throw new OperationError(indexes.filter(isBad).map(told).join(' '));
      const building = indexes.filter(({ state }) => state === 'building' || state === 'built').map(({ name }) => name);
      return {
        State:
          building.length === 0
            ? 'ready'
            : `building: ${building.join(', ')}, follow it with npx plinth index follow --env ${Environment}`,
      };
    },
  });

const isBad = ({ state }: IndexReport) => state === 'refused' || state === 'failed';
const told = ({ name, table, sentences }: IndexReport) => `The index "${name}" on ${table}: ${sentences.join(' ')}`;
