import { adviceFor, tellingFirst } from '../advice';
import type { Names } from '../names';
import type { Report } from '../report';
import { plural, seconds, total } from './format';
import { type Html, html, type Value } from './html';

/** Passed or failed, why, and the figures that matter. */
export function verdict(report: Report, names: Names): Html {
  const { passed, failures, notes, fault } = report;
  return html`<header id="verdict" class="verdict ${passed ? 'passed' : 'failed'}">
<p class="stamp"><span aria-hidden="true">${passed ? '✓' : '✗'}</span> ${passed ? 'Passed' : 'Failed'}</p>
<h1>${report.name}</h1>
<p class="lead">Rehearsed <time datetime="${report.startedAt}">${report.startedAt.slice(0, 16).replace('T', ' ')} UTC</time> in ${seconds(report.totalMs)}${
    fault === undefined ? '' : `, with the fault ${fault}`
  }.</p>
${failures.length > 0 && html`<ol class="failures">${tellingFirst(failures).map(failureOf)}</ol>`}
<dl class="figures">${figures(report, names).map(
    ([what, value, more]) => html`<div><dt>${what}</dt><dd><b>${value}</b><span>${more}</span></dd></div>`,
  )}</dl>
${notes.length > 0 && html`<ul class="notes" aria-label="Notes">${notes.map((note) => html`<li>${note}</li>`)}</ul>`}
</header>`;
}

function failureOf(failure: string): Html {
  const what = adviceFor(failure);
  return html`<li>${failure}${what !== undefined && html`<span class="advice">${what}</span>`}</li>`;
}

function figures(report: Report, names: Names): readonly (readonly [string, Value, Value])[] {
  const { resources, invocations, calls, connections, refusals, executions, permissions, unusedRoutes } = report;
  const stacks = [...new Set(resources.map(({ stack }) => names.stack(stack)))];
  const real = resources.filter(({ kind }) => kind === 'real').length;
  const cold = invocations.filter(({ coldStart }) => coldStart).length;
  const closed = connections.filter(({ open }) => !open).length;
  const unused = permissions.flatMap(({ kind, acted, grants }) =>
    kind === 'role' && acted ? grants.filter(({ used, effect }) => !used && effect === 'Allow') : [],
  ).length;
  const bad = executions.filter(({ status }) => status !== 'SUCCEEDED').length;
  return [
    ['Stacks', stacks.length, stacks.join(', ')],
    ['Resources', resources.length, `${real} ran here, ${resources.length - real} recorded`],
    [
      'Invocations',
      invocations.length,
      `${plural(new Set(invocations.map((each) => each.function)).size, 'function')}, ${plural(cold, 'cold start')}`,
    ],
    [
      'Calls to AWS',
      total(calls.map(({ count }) => count)),
      `${refusals.length === 0 ? 'none' : refusals.length} refused`,
    ],
    ['Connections', total(connections.map(({ count }) => count)), `${closed === 0 ? 'none' : closed} without a way`],
    ['Executions', executions.length, bad === 0 ? 'all succeeded' : `${bad} did not succeed`],
    [
      'Never used',
      unused + unusedRoutes.length,
      `${plural(unused, 'permission')}, ${plural(unusedRoutes.length, 'open way')}`,
    ],
  ];
}
