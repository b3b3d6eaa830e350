import type { DrillReportSettings, Finished } from './contract';
import { escaped, when } from './html';
import { checks } from './page-checks';
import { latencies, measured } from './page-measured';
import { plots } from './page-plots';
import { signatures } from './signatures';
import { style } from './style';

/** The report as one file that needs nothing else: for the auditor, and for whoever is asked at night. */
export function page(drill: Finished, history: readonly Finished[], settings: DrillReportSettings): string {
  const { Record, Verdict, Reasons, Warnings } = drill;
  const title = `Restore drill of ${settings.Prefix}`;
  const { mark, words } = standing(drill);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(`${title}: ${Verdict}`)}</title>
<style>${style}</style>
</head>
<body>
<header class="${mark}">
<p class="verdict">${Verdict === 'passed' ? 'Passed' : 'Failed'}</p>
<div><h1>${escaped(title)}</h1><p class="words">${escaped(words)}</p></div>
</header>
<main>
${list('Why it failed', Reasons, 'reasons')}
${measured(drill, settings)}
${facts(drill, settings)}
${signatures(drill.SignOff)}
${list('To be known', Warnings, 'warnings')}
${checks(Record.Check)}
${latencies(Record.Check?.Measured)}
<section><h2>The last drills of this kind</h2>${plots(history, settings)}</section>
</main>
<footer><p>The request is the moment in which the execution began; what is verified was found in the restored copy, on one snapshot of it. The sums of this file and its siblings are in <code>SHA256SUMS</code>, beside it.</p></footer>
</body>
</html>
`;
}

/** How it stands, as the colour of the head and in words: what passed and was not signed off is neither. */
function standing({ Verdict, Record, SignOff }: Finished): { readonly mark: string; readonly words: string } {
  const total = Record.Check ? Record.Check.Checks.length + Record.Check.NotShown : 0;
  if (Verdict === 'failed') {
    const words = total === 0 ? 'The checks were not reached.' : 'This backup did not prove what it should.';
    return { mark: 'failed', words };
  }
  const proved = `This backup restores, and ${total === 1 ? 'the check' : `all ${total} checks`} on the restored copy passed.`;
  switch (SignOff?.Decision) {
    case 'waiting':
      return { mark: 'open', words: `${proved} It waits to be signed off.` };
    case 'approved':
      return { mark: 'passed', words: `${proved} It is signed off.` };
    case 'rejected':
      return { mark: 'failed', words: `${proved} It was refused when it was to be signed off.` };
    case 'missing':
      return { mark: 'failed', words: `${proved} It was not signed off.` };
    default:
      return { mark: 'passed', words: proved };
  }
}

const kindInWords = (kind: string) =>
  ({ snapshot: 'from a snapshot', pointInTime: 'to a point in time', dump: 'from a dump' })[kind] ?? kind;

function facts(drill: Finished, { Environment }: DrillReportSettings): string {
  const { Record, Gone, Id, EndedAt } = drill;
  const rows: readonly (readonly [string, string])[] = [
    ['Environment', escaped(Environment)],
    ['Restored', escaped(`${kindInWords(Record.Kind)}${Record.Chosen === undefined ? '' : `: ${Record.Chosen}`}`)],
    ['Requested', when(Record.RequestedAt)],
    ['Ended', when(EndedAt)],
    [
      'Temporary instance',
      `<code>${escaped(Id)}</code> ${Gone ? 'is gone' : '<strong>is not gone</strong>; the sweeper removes it by its tag'}`,
    ],
    ['Execution', `<code>${escaped(Record.Execution)}</code>`],
  ];
  return `<section><h2>What was done</h2><dl class="facts">${rows
    .map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`)
    .join('')}</dl></section>`;
}

const list = (title: string, items: readonly string[], name: string) =>
  items.length === 0
    ? ''
    : `<section class="${name}"><h2>${title}</h2><ul>${items.map((item) => `<li>${escaped(item)}</li>`).join('')}</ul></section>`;
