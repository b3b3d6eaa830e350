import { type Standing, standingLines } from '../../../cli/recover/status';

const shown = (id: string, recovery: string | null): Standing['beside'][number] => ({
  ...{ id, status: 'available', recovery, dataAsOf: null, keepUntil: null, replicas: [] },
});
const live = shown('shop-prod', null);
const swapped = shown('shop-prod', '2');
const damaged = (recovery: string) => shown(`shop-prod-damaged-${recovery}`, recovery);
const restored = (recovery: string) => shown(`shop-prod-restored-${recovery}`, recovery);

test.each<[string, Partial<Standing>, readonly string[]]>([
  ['nothing was recovered', { live }, ['No recovery has left anything beside it.']],
  [
    'a copy was not taken, or was swapped back',
    { live, beside: [restored('2')] },
    ['To go on with the copy that is there:  npx plinth recover resume --env prod'],
  ],
  [
    'it is swapped',
    { live: swapped, beside: [damaged('2')] },
    ['To swap back:  npx plinth recover swap-back --env prod'],
  ],
  [
    'it stands between the renames',
    { beside: [damaged('2'), restored('2')] },
    [
      'A recovery stopped between its two renames. Finish it:  npx plinth recover resume --env prod',
      '                                         or undo it:  npx plinth recover swap-back --env prod',
    ],
  ],
  [
    'it is swapped, and an older copy is beside it',
    { live: swapped, beside: [restored('1'), damaged('2')] },
    [
      'To go on with the copy that is there:  npx plinth recover resume --recovery 1 --env prod',
      'To swap back:  npx plinth recover swap-back --recovery 2 --env prod',
    ],
  ],
  [
    'nobody has the name, and a copy is there',
    { beside: [restored('2')] },
    ['To go on with the copy that is there:  npx plinth recover resume --env prod'],
  ],
  [
    'one is under way',
    { live, beside: [restored('2')], underWay: ['e'] },
    ['A recovery is under way (execution e). Follow it:  npx plinth recover follow --env prod'],
  ],
  ['nothing is there at all', {}, []],
])('where %s, it tells what makes sense', (_, more, expected) => {
  const standing: Standing = { instance: 'shop-prod', live: null, beside: [], underWay: [], ...more };
  const lines = standingLines(standing, 'prod');
  expect(lines.slice(1 + standing.beside.length)).toEqual(expected);
  expect(lines[0]).toBe(standing.live ? 'shop-prod: available.' : 'shop-prod: no instance has this name.');
});
