import type { PostgresPlace } from '../../postgres/place';
import type { Assembly } from '../../rehearsal/assembly';
import { rehearse } from '../../rehearsal/rehearse';
import type { Report } from '../../rehearsal/report';
import { openQuickestPlace } from '../support/places';
import { synthesized, unprotected } from './support/app';
import { type Removal, removalsOf } from './support/removals';

// Each removal is a deploy of its own, of two to six seconds.
jest.setTimeout(15 * 60_000);

let place: PostgresPlace;
beforeAll(async () => {
  place = await openQuickestPlace();
});
afterAll(() => place?.close());

const run = (assembly: Assembly): Promise<Report> => rehearse({ name: 'removal', assembly, place, samples: [oneRow] });

// As little as the checks of the project ask for.
const oneRow = `
  INSERT INTO public.documents (source_url, title, content_sha256) VALUES ('https://a.example', 'A', repeat('a', 64));
  INSERT INTO public.embeddings (document_id, passage, content, token_count, model, embedding)
  SELECT id, 0, 'A', 1, 'm', array_fill(0.5, ARRAY[1536])::vector FROM public.documents;`;

/** Removes one after the other what `chosen` takes of all that a whole run needs, and tells what nobody missed. */
async function missing(assembly: Assembly, least: number, chosen: (removal: Removal) => boolean): Promise<string[]> {
  const whole = await run(assembly);
  expect(whole.failures).toEqual([]);
  const unused = unusedOf(whole);
  const needed = removalsOf(assembly).filter((removal) => !unused.has(removal.what) && chosen(removal));
  // The rest of this test would be as empty as this list.
  expect(needed.length).toBeGreaterThan(least);
  const silent: string[] = [];
  // Most of a run is waiting for processes to start: several at once keep both cores busy.
  const work = async () => {
    for (let removal = needed.shift(); removal; removal = needed.shift()) {
      const report = await run(removal.from(assembly));
      if (report.passed || !names(report, removal)) silent.push(`${removal.what}: ${report.failures.join(' | ')}`);
    }
  };
  await Promise.all([work(), work(), work()]);
  return silent;
}

const every = process.env['PLINTH_LONG_TESTS'] === '1';

/** Of each policy one statement, unless time is no matter; every endpoint and every rule. */
function firstOfEach() {
  const seen = new Set<string>();
  return ({ what }: Removal): boolean => {
    const [holder = ''] = what.split(', statement ');
    const first = !seen.has(holder);
    seen.add(holder);
    return every || first;
  };
}

test(`removing ${every ? 'any one statement' : 'one statement of any policy'}, endpoint or rule of a group fails and names it, or it was reported as unused`, async () => {
  expect(await missing(unprotected(await synthesized('prod')), 20, firstOfEach())).toEqual([]);
});

// Five minutes and more: each of these runs has two drills.
const long = every ? test : test.skip;
long('the same for what protects the database (PLINTH_LONG_TESTS=1)', async () => {
  expect(await missing(await synthesized('prod'), 30, ({ what }) => what.includes('-protection/'))).toEqual([]);
});

test('what is reported as unused can be removed, all of it at once', async () => {
  const assembly = await synthesized('dev');
  const unused = unusedOf(await run(assembly));
  const removals = removalsOf(assembly).filter(({ what }) => unused.has(what));
  expect(removals.length).toBeGreaterThan(0);
  const report = await run(removals.reduce((all, { from }) => from(all), assembly));
  expect(report.failures).toEqual([]);
});

/** A statement is unused when none of its actions was needed. */
function unusedOf({ permissions, unusedRoutes }: Report): Set<string> {
  const grants = permissions.flatMap(({ grants: all, acted, holder }) =>
    acted ? all : all.map((each) => ({ ...each, holder })),
  );
  const used = new Set(grants.filter((grant) => grant.used).map(({ statement }) => statement));
  const statements = grants.map(({ statement }) => statement).filter((statement) => !used.has(statement));
  return new Set([...statements, ...unusedRoutes]);
}

/** The failures name what is missing by one of the names that a reader would look for. */
const names = ({ failures }: Report, { missing }: Removal): boolean =>
  failures.some((failure) => missing.every((word) => failure.includes(word)));
