import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../cli/synthesize';
import { openPlace } from '../../postgres/open';
import type { PostgresPlace } from '../../postgres/place';
import type { Assembly } from '../../rehearsal/assembly';
import { chooseFault, faults } from '../../rehearsal/faults/faults';
import { rehearse } from '../../rehearsal/rehearse';
import type { Report } from '../../rehearsal/report';
import { kind, testNeeding } from '../support/postgres';
import { unprotected } from './support/app';
import { bothApps } from './support/projects';

// A run takes three to fifteen seconds; on a machine that does something else, much longer.
jest.setTimeout(15 * 60_000);

// The default project's production on a server, its development embedded: each sees one of both.
const environment = kind === 'native' ? 'prod' : 'dev';
let place: PostgresPlace;
let apps: { assembly: Assembly; changed: Assembly };
beforeAll(async () => {
  place = await openPlace(kind);
  apps = await bothApps(environment);
});
afterAll(() => place?.close());

// As the command line does it.
const folder = join(root, 'sql', 'samples');
const names = existsSync(folder) ? readdirSync(folder).sort() : [];
const samples = names.map((name) => readFileSync(join(folder, name), 'utf8'));

const run = (fault?: string): Promise<Report> =>
  rehearse({
    name: 'whole',
    // A fault strikes before there is anything to protect.
    ...(fault === undefined ? apps : { assembly: unprotected(apps.assembly), changed: unprotected(apps.changed) }),
    place,
    ...(samples.length > 0 && { samples }),
    ...(fault !== undefined && { fault: chooseFault(fault) }),
  });

const where = {
  get place() {
    return place;
  },
};

testNeeding(
  ['vector'],
  where,
  'the default project is deployed, deployed again, changed and destroyed, and nothing is wrong with it',
  async () => {
    const report = await run();
    expect(report.failures).toEqual([]);
    expect(report.passed).toBe(true);
    const phases = report.phases.map(({ name, stacks }) => [name, [...new Set(stacks.map(({ outcome }) => outcome))]]);
    expect(phases).toEqual([
      ['deploy', ['created']],
      ['again', ['unchanged']],
      ['change', expect.arrayContaining(['updated'])],
      ['schedules', []],
      ['destroy', ['deleted']],
    ]);
    const state = report.databases.find(({ database }) => database !== 'postgres');
    expect(state).toBeDefined();
    expect(state?.indexes.some(({ search }) => search !== undefined)).toBe(true);
    expect(report.refusals).toEqual([]);
  },
);

// All of them where a run takes seconds, and where it takes longer the one that goes through a rollback.
const chosen = kind === 'native' ? faults.map(({ name }) => name) : ['fail-update'];

for (const name of chosen) {
  testNeeding(
    ['vector'],
    where,
    `with the fault ${name} the deploy ends as it must, and the next one succeeds`,
    async () => {
      const report = await run(name);
      expect(report.failures).toEqual([]);
      const faulty = report.phases.find((phase) => phase.name === 'fault');
      expect(faulty?.stacks.length).toBeGreaterThan(0);
    },
  );
}

test('a fault that there is not, or a target that it does not take, is one sentence', () => {
  expect(() => chooseFault('flood')).toThrow(/^There is no fault "flood"; there is kill-at-start, /);
  expect(() => chooseFault('slow-snapshot:x')).toThrow('The fault slow-snapshot takes no target; "x" was given.');
});
