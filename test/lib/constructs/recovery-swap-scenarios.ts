// What may go wrong with a recovery once it was approved: while names change, and after.
import { beside, between, damaged, restored, resume, swapBack, swapped, toTime } from './recovery-names';
import { describing, failing, notFound, on, type Scenario } from './recovery-scenarios';
import { boom } from './recovery-trouble';
import { name } from './recovery-world';

export const inTheSwap: Readonly<Record<string, Scenario>> = {
  'it cannot be seen who has the name': {
    trouble: describing(name, 1, 'Rds.RdsException'),
    status: 'FAILED',
    names: beside,
  },
  'the tag is refused': { trouble: failing('tag'), status: 'SUCCEEDED', names: swapped },
  'the damaged one cannot be renamed': {
    trouble: failing(`rename ${name}`),
    status: 'FAILED',
    names: beside,
  },
  'the damaged one is being backed up': {
    trouble: failing(`rename ${name}`, 'Rds.InvalidDbInstanceStateException', 3),
    status: 'SUCCEEDED',
    names: swapped,
  },
  'the answer of the first rename was lost': {
    trouble: {
      after: on(`rename ${name}`, () => boom('Rds.SdkClientException'), 1),
      before: (what, nth) => what === `rename ${name}` && nth > 1 && boom(notFound),
    },
    status: 'SUCCEEDED',
    names: swapped,
  },
  'the damaged one never steps aside': {
    trouble: describing(damaged, 1, notFound),
    status: 'FAILED',
    error: 'Recovery.NotAside',
    names: between,
  },
  'it cannot be seen whether it stepped aside': {
    trouble: describing(damaged, 1, 'Rds.RdsException'),
    status: 'FAILED',
    names: between,
  },
  'the damaged one is full under its new name, and that is no matter': {
    trouble: { renamedAs: (id) => (id === damaged ? 'storage-full' : 'available') },
    status: 'SUCCEEDED',
    names: swapped,
  },
  'the restored one cannot be renamed': {
    trouble: failing(`rename ${restored}`),
    status: 'FAILED',
    names: between,
  },
  'the name is not free at once': {
    trouble: failing(`rename ${restored}`, 'Rds.DbInstanceAlreadyExistsException', 3),
    status: 'SUCCEEDED',
    names: swapped,
  },
  'the answer of the second rename was lost': {
    trouble: {
      after: on(`rename ${restored}`, () => boom('Rds.SdkClientException'), 1),
      before: (what, nth) => what === `rename ${restored}` && nth > 1 && boom(notFound),
    },
    status: 'SUCCEEDED',
    names: swapped,
  },
  'the restored one never has the name': {
    trouble: describing(name, 2, notFound),
    status: 'FAILED',
    error: 'Recovery.NotNamed',
    names: swapped,
  },
  'it cannot be seen whether it has the name': {
    trouble: describing(name, 2, 'Rds.RdsException'),
    status: 'FAILED',
    names: swapped,
  },
  'it fails under its new name': {
    trouble: { renamedAs: (id) => (id === name ? 'failed' : 'available') },
    status: 'FAILED',
    error: 'Recovery.Terminal',
    names: swapped,
  },
  'its logs cannot be exported': { trouble: failing('export logs'), status: 'SUCCEEDED', names: swapped },
  'it answers by its name at the third try': {
    trouble: failing('verify', 'Error', 2),
    status: 'SUCCEEDED',
    names: swapped,
  },
  'it never answers by its name': { trouble: failing('verify', 'Error'), status: 'FAILED', names: swapped },
  'nobody can be told': {
    trouble: failing('publish', 'Sns.SnsException'),
    status: 'SUCCEEDED',
    names: swapped,
  },
  'it is swapped back': { after: [[toTime]], request: swapBack, status: 'SUCCEEDED', names: beside },
  'it is swapped back, and forth again': {
    after: [[toTime], [swapBack]],
    request: resume,
    status: 'SUCCEEDED',
    names: swapped,
  },
  'what is done is done again': { after: [[toTime]], request: resume, status: 'SUCCEEDED', names: swapped },
};
