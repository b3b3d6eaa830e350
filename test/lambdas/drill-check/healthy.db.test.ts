import { failuresOf, useCopies } from './copy';

const { onCopy } = useCopies();

beforeEach(() => {
  if (!process.env['SHOW']) jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
});
afterEach(() => jest.restoreAllMocks());

onCopy('a healthy copy passes every check', async (copy) => {
  const answer = await copy.check();
  if (process.env['SHOW']) console.log(JSON.stringify(answer, null, 1));
  expect(failuresOf(answer)).toEqual([]);
  expect(answer.Passed).toBe(true);
});
