import { openPlace } from '../../postgres/open';
import type { PostgresPlace } from '../../postgres/place';
import type { Assembly } from '../../rehearsal/assembly';
import { rehearse } from '../../rehearsal/rehearse';
import type { Report } from '../../rehearsal/report';
import { synthesized } from './support/app';
import { type Removal, removalsOf } from './support/removals';

// Each removal is a deploy of its own, of two to six seconds.
jest.setTimeout(15 * 60_000);

let place: PostgresPlace;
beforeAll(async () => {
  const native = await openPlace('native').catch(() => undefined);
  if (native && native.cannot.vector === undefined) {
    place = native;
    return;
  }
  await native?.close();
  place = await openPlace('embedded');
});
afterAll(() => place?.close());

const run = (assembly: Assembly): Promise<Report> => rehearse({ name: 'removal', assembly, place, samples: [oneRow] });

// As little as the checks of the project ask for.
const oneRow = `
  INSERT INTO public.documents (source_url, title, content_sha256) VALUES ('https://a.example', 'A', repeat('a', 64));
  INSERT INTO public.embeddings (document_id, passage, content, token_count, model, embedding)
  SELECT id, 0, 'A', 1, 'm', array_fill(0.5, ARRAY[1536])::vector FROM public.documents;`;

test('removing any one statement, endpoint or rule of a group fails and names it, or it was reported as unused', async () => {
  const assembly = await synthesized('prod');
  const whole = await run(assembly);
  expect(whole.failures).toEqual([]);
  const unused = unusedOf(whole);
  const needed = removalsOf(assembly).filter(({ what }) => !unused.has(what));
  // The rest of this test would be as empty as this list.
  expect(needed.length).toBeGreaterThan(30);
  const silent: string[] = [];
  const left = [...needed];
  // Most of a run is waiting for processes to start: several at once keep both cores busy.
  const work = async () => {
    for (let removal = left.shift(); removal; removal = left.shift()) {
      const report = await run(removal.from(assembly));
      if (report.passed || !names(report, removal)) silent.push(`${removal.what}: ${report.failures.join(' | ')}`);
    }
  };
  await Promise.all([work(), work(), work()]);
  expect(silent).toEqual([]);
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
