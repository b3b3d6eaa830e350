import type { CheckResult, DrillCheckResult } from '../drill-check/contract';
import { escaped } from './html';

/** Every check: what was expected, what was found, and its evidence. What failed comes first, and is open. */
export function checks(check: DrillCheckResult | undefined): string {
  if (!check || check.Checks.length === 0) return '<section><h2>Checks</h2><p>None was reached.</p></section>';
  const { Checks, NotShown } = check;
  const passed = Checks.filter(({ Passed }) => Passed).length;
  const rank = ({ Passed, Warning }: CheckResult) => (Passed ? (Warning === undefined ? 2 : 1) : 0);
  const items = [...Checks].sort((a, b) => rank(a) - rank(b)).map(one);
  const left = NotShown === 0 ? '' : ` ${NotShown} more ran, and would make this report too large; they count.`;
  return `<section><h2>Checks</h2><p class="soft">${passed} of ${Checks.length} passed.${left} Each can be opened.</p><div class="checks">${items.join('')}</div></section>`;
}

function one(check: CheckResult): string {
  const { Name, Title, Passed, Expected, Found, Milliseconds, Evidence, Warning, Help } = check;
  const state = Passed ? (Warning === undefined ? 'good' : 'warned') : 'bad';
  const word = { good: 'passed', warned: 'to be known', bad: 'failed' }[state];
  const shown = typeof Evidence === 'string' ? Evidence : JSON.stringify(Evidence, undefined, 2);
  const proof = Evidence === undefined ? '' : `<pre tabindex="0">${escaped(shown)}</pre>`;
  return `<details class="${state}"${state === 'bad' ? ' open' : ''}><summary><span class="mark">${word}</span><span class="title">${escaped(Title)}</span><span class="soft">${Math.round(Milliseconds).toLocaleString('en')} ms</span></summary><div class="inside"><dl>${row('Check', Name)}${row('Expected', Expected)}${row('Found', Found)}${row('To be known', Warning)}${row('What to do', Passed ? undefined : Help)}</dl>${proof}</div></details>`;
}

const row = (name: string, text: string | undefined) =>
  text === undefined ? '' : `<dt>${name}</dt><dd>${escaped(text)}</dd>`;
