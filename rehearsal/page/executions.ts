import type { Names } from '../names';
import type { Report, ReportedExecution } from '../report';
import { clip, plural, seconds } from './format';
import { type Html, html, section, table } from './html';

const mostShown = 200;
const mostLetters = 400;

/** What state machines did, in the time of the rehearsal, where waits count and take nothing. */
export function executions({ executions: all }: Report, names: Names): Html {
  const lead =
    all.length === 0
      ? 'No state machine ran.'
      : `${plural(all.length, 'execution')}. Times are those of the machines: a wait of an hour counts as one, and passed here in no time.`;
  return section(
    'executions',
    'State machines',
    lead,
    all.slice(0, mostShown).map((execution) => ofExecution(execution, names)),
    all.length > mostShown && html`<p class="lead">The first ${mostShown} are shown; report.json has all.</p>`,
  );
}

function ofExecution(execution: ReportedExecution, names: Names): Html {
  const { machine, status, seconds: took, states, history, stepsLeftOut, error, cause } = execution;
  return html`<details class="execution"><summary><span class="status ${status === 'SUCCEEDED' ? 'good' : 'bad'}">${status}</span> ${names.thing(machine)} <span class="dim">${seconds(took * 1000)}</span></summary>
${error !== undefined && html`<p class="bad">${clip(`${error}: ${cause ?? ''}`, mostLetters)}</p>`}
<ol class="path">${runs(states).map(([state, times]) => html`<li>${state}${times > 1 && html` <span class="dim">×${times}</span>`}</li>`)}</ol>
${
  history.length > 0 &&
  table(
    'Steps',
    ['at', 'step', 'state', ''],
    history.map(({ seconds: at, type, state, error: failure }) => [
      seconds(at * 1000),
      type,
      state ?? '',
      failure === undefined ? '' : html`<span class="bad">${clip(failure, mostLetters)}</span>`,
    ]),
  )
}
${stepsLeftOut > 0 && html`<p class="dim">and ${plural(stepsLeftOut, 'step')} more</p>`}</details>`;
}

/** The same state several times in a row, once. */
function runs(states: readonly string[]): (readonly [string, number])[] {
  const found: [string, number][] = [];
  for (const state of states) {
    const last = found.at(-1);
    if (last?.[0] === state) last[1]++;
    else found.push([state, 1]);
  }
  return found.slice(0, 100);
}
