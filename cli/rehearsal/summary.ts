import { relative } from 'node:path';
import { adviceFor, tellingFirst } from '../../rehearsal/advice';
import { Names } from '../../rehearsal/names';
import { asksAgain, type Report } from '../../rehearsal/report';
import { seconds as plainSeconds } from './stack-progress';
import { databaseLines } from './summary-databases';
import { unusedLines } from './summary-unused';
import { aligned, type Look, plural, wrapped } from './text';

/** What a rehearsal comes to, for somebody who is tired: the verdict, why, and what was seen, on one screen. */
export function summary(report: Report, folder: string, look: Look): string[] {
  const names = new Names(report);
  const { paint, columns } = look;
  const lines = [
    '',
    ...verdict(report, look),
    '',
    ...aligned([
      ['Created', created(report, names)],
      ['Took', took(report)],
      ['Invoked', invoked(report, names)],
      ['Called', called(report)],
      ['Connected', connected(report)],
      ['Machines', machines(report, names)],
      ['Notes', report.notes.join(' ')],
    ]).flatMap((line) => wrapped(line, columns, 11)),
    ...databaseLines(report, look),
    // A drill alone uses a part of what was granted.
    ...(report.drills ? [] : unusedLines(report, names, look)),
  ];
  return [...lines, '', `${paint('bold', 'Report')}     ${shortPath(folder)}/report.html`];
}

/** From here, unless it is elsewhere. */
export function shortPath(path: string): string {
  const where = relative(process.cwd(), path) || '.';
  return where.startsWith('..') ? path : where;
}

function verdict(report: Report, { paint, columns }: Look): string[] {
  const { name, failures, fault } = report;
  const total = paint('dim', plainSeconds(report.totalMs));
  if (report.passed) {
    const struck = fault ? `, after the fault ${fault} as well` : '';
    return [`${paint('green', `✔ Passed: ${name} ${deeds(report)}${struck}.`)} ${total}`];
  }
  const count = failures.length === 1 ? 'one reason' : `${failures.length} reasons`;
  return [
    `${paint('red', `✗ Failed: ${name}${fault ? ` with the fault ${fault}` : ''}, for ${count}.`)} ${total}`,
    ...tellingFirst(failures)
      .slice(0, mostFailures)
      .flatMap((failure) => {
        const what = adviceFor(failure);
        return [
          ...wrapped(`  • ${clip(failure, mostLetters)}`, columns, 4),
          ...(what === undefined ? [] : wrapped(`    → ${what}`, columns, 6).map((line) => paint('yellow', line))),
        ];
      }),
    ...(failures.length > mostFailures ? [`  and ${failures.length - mostFailures} more, in the report.`] : []),
  ];
}

const mostFailures = 8;
// The whole stands in the report.
const mostLetters = 500;
const clip = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most)}…` : text);
const seconds = (ms: number): string => plainSeconds(ms).replace(' ', '\u00a0');

/** What it has shown that it can do. */
function deeds({ phases }: Report): string {
  const done = new Set(phases.map(({ name }) => name));
  const each = [
    done.has('deploy') && 'deploys',
    done.has('again') && 'changes nothing when deployed again',
    done.has('change') && 'takes a change',
    done.has('drill') && 'drills a restore',
    done.has('destroy') && 'comes down',
  ].filter((deed): deed is string => deed !== false);
  return each.length < 2 ? each.join('') : `${each.slice(0, -1).join(', ')} and ${each.at(-1)}`;
}

function created({ resources }: Report, names: Names): string {
  const stacks = [...new Set(resources.map(({ stack }) => names.stack(stack)))];
  if (stacks.length === 0) return 'nothing that stands';
  const real = resources.filter(({ kind }) => kind === 'real').length;
  return `${plural(stacks.length, 'stack')} (${stacks.join(', ')}), ${plural(resources.length, 'resource')}: ${real} ran here, ${resources.length - real} recorded`;
}

const took = ({ phases, asides }: Report): string =>
  [
    ...phases.map(({ title, beginMs, endMs }) => ({ title, ms: endMs - beginMs })),
    { title: 'fill, look and search', ms: asides.reduce((sum, { beginMs, endMs }) => sum + endMs - beginMs, 0) },
  ]
    .filter(({ ms }) => ms >= 50)
    .map(({ title, ms }) => `${title} ${seconds(ms)}`)
    .join(', ');

function invoked({ invocations }: Report, names: Names): string {
  if (invocations.length === 0) return '';
  const functions = new Set(invocations.map((each) => each.function));
  const cold = invocations.filter(({ coldStart }) => coldStart).length;
  const again = invocations.filter(asksAgain).length;
  const failed = invocations.filter(({ error }) => error).length - again;
  const [slowest] = [...invocations].sort((a, b) => b.milliseconds - a.milliseconds);
  return [
    `${plural(functions.size, 'function')} ${plural(invocations.length, 'time')}`,
    `${plural(cold, 'cold start')}`,
    ...(again > 0 ? [`${again} of them to hear that it is not done yet`] : []),
    ...(failed > 0 ? [`${failed} ended in an error`] : []),
    ...(slowest ? [`slowest ${names.thing(slowest.function)} ${seconds(slowest.milliseconds)}`] : []),
  ].join(', ');
}

function called({ calls, refusals }: Report): string {
  if (calls.length === 0) return '';
  const total = calls.reduce((sum, { count }) => sum + count, 0);
  const services = [...new Set(calls.map(({ service }) => service))].sort();
  return `${plural(total, 'time')} (${services.join(', ')}), ${refusals.length === 0 ? 'nothing' : refusals.length} refused by IAM`;
}

function connected({ connections }: Report): string {
  if (connections.length === 0) return '';
  const total = connections.reduce((sum, { count }) => sum + count, 0);
  const closed = connections.filter(({ open }) => !open).length;
  const kinds = new Set(connections.map(({ to }) => to)).size;
  return `${plural(total, 'time')} to ${plural(kinds, 'host')}, ${closed === 0 ? 'none' : closed} without a way`;
}

function machines({ executions }: Report, names: Names): string {
  if (executions.length === 0) return '';
  const bad = executions.filter(({ status }) => status !== 'SUCCEEDED');
  const told = bad.slice(0, 3).map(({ machine, status }) => `${names.thing(machine)} ${status}`);
  return `${plural(executions.length, 'execution')}, ${bad.length === 0 ? 'all succeeded' : told.join(', ')}`;
}
