// What may go wrong with a recovery, each by the edge of its machine that it is there for.
import type { RecoveryRequest } from '../../../lambdas/recovery-plan/contract';
import type { Json } from '../../../rehearsal/states';
import { beside, copy, fromSnapshot, restored, swapped, untouched } from './recovery-names';
import { boom, type Trouble } from './recovery-trouble';
import { name, type World } from './recovery-world';

export const on =
  (wanted: string, act: () => unknown, upTo = Number.POSITIVE_INFINITY) =>
  (what: string, nth: number) => {
    if (what === wanted && nth <= upTo) act();
  };
export const failing = (what: string, error = 'Rds.RdsException', upTo?: number): Trouble => ({
  before: on(what, () => boom(error), upTo),
});
/** Of the nth look at an instance on. */
export const describing = (what: string, from: number, error: string): Trouble => ({
  before: (each, nth) => each === `describe ${what}` && nth >= from && boom(error),
});

export interface Scenario {
  readonly request?: RecoveryRequest;
  /** What was done before. */
  readonly after?: readonly [RecoveryRequest, Trouble?][];
  readonly trouble?: Trouble;
  /** What somebody does to the instances before. */
  readonly given?: (world: World) => void;
  readonly status: string;
  readonly error?: string;
  readonly names: Record<string, string>;
}

export const notFound = 'Rds.DbInstanceNotFoundException';
export const failedCheck: Json = {
  Passed: false,
  Checks: [
    { Name: 'row-counts', Passed: false, Found: 'public.orders has lost 20 %.' },
    { Name: 'login', Passed: true, Found: 'x', Warning: 'The password is younger.' },
    { Name: 'schema', Passed: true, Found: 'x' },
  ],
};

/** By the edge that it is there for; what it comes to is asserted below. */
export const beforeTheSwap: Readonly<Record<string, Scenario>> = {
  'all goes well': { status: 'SUCCEEDED', names: swapped },
  'RDS is asked too often, three times at each call': {
    // Its model has no name for that.
    trouble: {
      before: (what, nth) => /^(describe|restore|rename|configure) /.test(what) && nth <= 3 && boom('Rds.RdsException'),
    },
    status: 'SUCCEEDED',
    names: swapped,
  },
  'blocks still come from S3 for hours': {
    trouble: { restoredAs: 'storage-initialization' },
    status: 'SUCCEEDED',
    names: swapped,
  },
  'a snapshot is restored': { request: fromSnapshot, status: 'SUCCEEDED', names: swapped },
  'it makes no sense': {
    request: { action: 'recover' },
    status: 'FAILED',
    error: 'OperationError',
    names: untouched,
  },
  'an instance is still being renamed when it begins': {
    given: (world) => {
      const instance = world.find(name);
      if (instance) instance.status = 'renaming';
      void world.clock.sleep(300_000).then(() => instance && Object.assign(instance, { status: 'available' }));
    },
    status: 'SUCCEEDED',
    names: swapped,
  },
  'the restore is refused': {
    trouble: failing(`restore ${restored}`),
    status: 'FAILED',
    error: 'Rds.RdsException',
    names: untouched,
  },
  'the restore from a snapshot is refused': {
    request: fromSnapshot,
    trouble: failing(`restore ${restored}`),
    status: 'FAILED',
    names: untouched,
  },
  'the answer of the restore was lost': {
    trouble: { after: on(`restore ${restored}`, () => boom('Rds.SdkClientException'), 1) },
    status: 'SUCCEEDED',
    names: swapped,
  },
  'the answer of the restore from a snapshot was lost': {
    request: fromSnapshot,
    trouble: { after: on(`restore ${restored}`, () => boom('Rds.SdkClientException'), 1) },
    status: 'SUCCEEDED',
    names: swapped,
  },
  'it never becomes available': {
    trouble: { restoreMinutes: 1_000 },
    status: 'FAILED',
    error: 'Recovery.NotAvailable',
    names: beside,
  },
  'it ends in a state that it does not leave': {
    trouble: { restoredAs: 'incompatible-restore' },
    status: 'FAILED',
    error: 'Recovery.Terminal',
    names: beside,
  },
  'it cannot be looked at while it is restored': {
    trouble: describing(restored, 1, 'Rds.RdsException'),
    status: 'FAILED',
    names: beside,
  },
  'RDS refuses the settings, and the data come back all the same': {
    trouble: failing(`configure ${restored}`),
    status: 'SUCCEEDED',
    names: swapped,
  },
  'the settings are never done, and nothing else can be changed meanwhile': {
    trouble: { settingsMinutes: 1_000 },
    status: 'FAILED',
    error: 'NotNow',
    names: beside,
  },
  'it cannot be looked at while settings are made': {
    trouble: { before: afterConfigure(() => boom('Rds.RdsException')) },
    status: 'FAILED',
    names: beside,
  },
  'it fails while settings are made': {
    trouble: { before: afterConfigure((world) => set(world, restored, 'failed')) },
    status: 'FAILED',
    error: 'Recovery.Terminal',
    names: beside,
  },
  'the password cannot be set': { trouble: failing('password', 'OperationError'), status: 'FAILED', names: beside },
  'the password is never set': {
    trouble: { passwordMinutes: 1_000 },
    status: 'FAILED',
    error: 'Recovery.PasswordNotSet',
    names: beside,
  },
  'it fails while the password is set': {
    trouble: { before: afterPassword((world) => set(world, restored, 'storage-full')) },
    status: 'FAILED',
    error: 'Recovery.Terminal',
    names: beside,
  },
  'it cannot be looked at while the password is set': {
    trouble: { before: afterPassword(() => boom('Rds.RdsException')) },
    status: 'FAILED',
    names: beside,
  },
  'the published logins cannot be made to work': {
    trouble: failing('prepare', 'Error'),
    status: 'FAILED',
    error: 'Error',
    names: beside,
  },
  'the logins work at the second try': { trouble: failing('prepare', 'Error', 1), status: 'SUCCEEDED', names: swapped },
  'a check fails, and it is approved in spite of it': {
    trouble: { check: () => failedCheck },
    status: 'SUCCEEDED',
    names: swapped,
  },
  'the checks throw': { trouble: failing('check', 'OperationError'), status: 'SUCCEEDED', names: swapped },
  'the checks answer with too much': {
    trouble: { check: () => ({ ...failedCheck, Evidence: 'x'.repeat(300_000) }) },
    status: 'SUCCEEDED',
    names: swapped,
  },
  'what was found cannot be kept': {
    trouble: failing('report', 'OperationError'),
    status: 'SUCCEEDED',
    names: swapped,
  },
  'nobody can be asked': {
    trouble: { ...failing('ask', 'OperationError'), decision: 'missing' },
    status: 'FAILED',
    error: 'Recovery.NotApproved',
    names: beside,
  },
  'it is refused': {
    trouble: { decision: 'rejected' },
    status: 'FAILED',
    error: 'Recovery.NotApproved',
    names: beside,
  },
  'what was answered cannot be read': {
    trouble: failing('settle', 'OperationError'),
    status: 'FAILED',
    names: beside,
  },
  'nobody has the name any more': {
    trouble: {
      before: function (this: void, what) {
        if (what === 'settle')
          current?.instances.splice(
            current.instances.findIndex(({ id }) => id === name),
            1,
          );
      },
    },
    status: 'SUCCEEDED',
    names: { [name]: copy },
  },
};

let current: World | undefined;

/** The world of the run that comes next, for what happens in the middle of it. */
export function begin(world: World): void {
  current = world;
}

function afterConfigure(act: (world: World) => void) {
  return afterCall(`configure ${restored}`, act);
}
function afterPassword(act: (world: World) => void) {
  return afterCall('password', act);
}
/** At the next look after that call. */
function afterCall(call: string, act: (world: World) => void) {
  return (what: string) => {
    const calls = current?.calls ?? [];
    const last = calls.slice(0, -1).findLast((each) => !each.startsWith('describe'));
    if (what.startsWith('describe') && last === call && current) act(current);
  };
}
function set(world: World, id: string, status: string): void {
  const instance = world.find(id);
  if (instance) instance.status = status;
}
