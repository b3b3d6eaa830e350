import { createServer } from 'node:net';
import { openNativePlace } from '../../../postgres/native';
import { type PostgresPlace, PostgresPlaceError } from '../../../postgres/place';
import { query } from './helpers';

// Each test starts several servers, on a machine that may be busy with others.
jest.setTimeout(60_000);

let place: PostgresPlace;

beforeAll(async () => {
  place = await openNativePlace();
});
afterAll(() => place.close());

test('parameters reach the server, whatever is in their values', async () => {
  const instance = await place.create({
    parameters: { work_mem: '7MB', 'app.motto': "it's \\ here", max_connections: '17' },
  });
  const rows = await query(
    instance,
    "SELECT current_setting('work_mem') AS mem, current_setting('app.motto') AS motto, current_setting('max_connections') AS sessions",
  );
  expect(rows).toEqual([{ mem: '7MB', motto: "it's \\ here", sessions: '17' }]);
});

test.each([
  [{ nonsense: '1' }, 'The Postgres server did not start: unrecognized configuration parameter "nonsense".'],
  [{ work_mem: 'lots' }, 'The Postgres server did not start: invalid value for parameter "work_mem": "lots".'],
  [
    { port: '1' },
    'The parameter port cannot be set: a local server is reached, logged and archived as this program needs it.',
  ],
  [{ 'a b': '1' }, '"a b" = "1" is not a server parameter with a value of one line.'],
])('%j is refused in one sentence', async (parameters, sentence) => {
  const start = place.create({ parameters });
  await expect(start).rejects.toBeInstanceOf(PostgresPlaceError);
  await expect(start).rejects.toThrow(sentence);
});

test('a port that another program has is refused by its number', async () => {
  const other = createServer();
  const port = await new Promise<number>((resolve) => {
    other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port));
  });
  try {
    await expect(place.create({ port })).rejects.toThrow(`The port ${port} on 127.0.0.1 is taken by another program.`);
  } finally {
    other.close();
  }
  expect((await place.create({ port })).port).toBe(port);
});
