// What a recovery may find, for the tests of how it goes on.
import type { RecoveryPlanSettings } from '../../../lambdas/recovery-plan/contract';
import { type Moment, planRecovery } from '../../../lambdas/recovery-plan/plan';
import { parseRequest } from '../../../lambdas/recovery-plan/request';
import type { InstanceSeen, Sight, SnapshotSeen } from '../../../lambdas/recovery-plan/sight';

const settings: RecoveryPlanSettings = { Instance: 'shop-prod', Environment: 'prod', Machine: 'arn:m', KeepDays: 14 };
export const now = new Date('2026-11-21T04:12:05.678Z');

export const instance = (id: string, more: Partial<InstanceSeen> = {}): InstanceSeen => ({
  id,
  status: 'available',
  created: new Date('2026-01-01T00:00:00Z'),
  restorableTo: new Date('2026-11-21T04:07:00Z'),
  retentionDays: 7,
  replicas: [],
  tags: {},
  ...more,
});
export const live = instance('shop-prod');

export interface There {
  readonly instances?: readonly InstanceSeen[];
  readonly snapshots?: readonly SnapshotSeen[];
  readonly underWay?: readonly { arn: string; started: Date }[];
}

const sightOf = ({ instances = [live], snapshots = [], underWay = [] }: There): Sight => ({
  instances: async (prefix) => instances.filter(({ id }) => id.startsWith(prefix)),
  snapshot: async (id) => snapshots.find((each) => each.id === id),
  underWay: async () => underWay,
});

export const plan = (request: object, there: There = {}, moment: Partial<Moment> = {}) =>
  planRecovery(sightOf(there), settings, parseRequest(request), { now, ...moment });

export const older = '20261115-010000';
export const name = '20261120-235900';
export const restored = (recovery: string, more: Partial<InstanceSeen> = {}) =>
  instance(`shop-prod-restored-${recovery}`, {
    tags: {
      'plinth:recovery': recovery,
      'plinth:recovery-to': '2026-11-20T20:00:00.000Z',
      'plinth:recovery-from': 'time',
    },
    ...more,
  });
export const damaged = (recovery: string, more: Partial<InstanceSeen> = {}) =>
  instance(`shop-prod-damaged-${recovery}`, more);
export const liveOf = (recovery: string) => ({ ...restored(recovery), id: 'shop-prod' });
