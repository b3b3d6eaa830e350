import type { DrillReportSettings, Finished } from './contract';
import { decisions } from './signatures';
import { duration } from './verdict';

const cell = (text: string) => text.replaceAll('|', '\\|').replace(/\s+/g, ' ');

/** The report for a ticket or a pull request. */
export function markdown(drill: Finished, { Prefix, RtoMinutes, RpoMinutes }: DrillReportSettings): string {
  const { Record, Times, Reasons, Warnings } = drill;
  const time = (seconds: number | undefined) => (seconds === undefined ? 'not reached' : duration(seconds));
  const objective = (minutes: number | undefined) => (minutes === undefined ? 'none' : `${minutes} min`);
  return [
    `# Restore drill of ${Prefix}: ${drill.Verdict}`,
    '',
    `${Record.Kind}, ${drill.Id}, requested ${Record.RequestedAt}, ended ${drill.EndedAt}.`,
    ...(Record.Chosen === undefined ? [] : [`Restored: ${Record.Chosen}.`]),
    '',
    ...list('Why it failed', Reasons),
    ...list('To be known', Warnings),
    '| measured | took | objective |',
    '|---|---|---|',
    `| instance available | ${time(Times.Available)} | |`,
    `| first query answered | ${time(Times.Queryable)} | |`,
    `| verified (RTO) | ${time(Times.Verified)} | ${objective(RtoMinutes)} |`,
    `| warm | ${time(Times.Warm)} | |`,
    `| work lost (RPO) | ${time(Times.DataLoss)} | ${objective(RpoMinutes)} |`,
    '',
    '| check | | expected | found |',
    '|---|---|---|---|',
    ...(Record.Check?.Checks ?? []).map(
      ({ Title, Passed, Expected, Found }) =>
        `| ${cell(Title)} | ${Passed ? 'passed' : '**failed**'} | ${cell(Expected)} | ${cell(Found)} |`,
    ),
    '',
    ...signOffLines(drill),
    `The temporary instance is ${drill.Gone ? 'gone' : '**not gone**'}.`,
    '',
  ].join('\n');
}

function signOffLines({ SignOff }: Finished): string[] {
  if (!SignOff) return [];
  return [
    `## Sign-off: ${decisions[SignOff.Decision]}`,
    '',
    ...SignOff.Reasons.map((reason) => `- ${reason}`),
    ...(SignOff.Reasons.length === 0 ? [] : ['']),
    '| approval | decision | who | when | comment |',
    '|---|---|---|---|---|',
    ...SignOff.Names.map((name) => {
      const answer = SignOff.Answers.find(({ Name }) => Name === name);
      if (!answer) return `| ${cell(name)} | not answered | | | |`;
      const decision = answer.Decision === 'approve' ? 'approved' : '**refused**';
      return `| ${cell(name)} | ${decision} | ${cell(answer.Arn)} | ${answer.At} | ${cell(answer.Comment)} |`;
    }),
    '',
  ];
}

const list = (title: string, items: readonly string[]) =>
  items.length === 0 ? [] : [`## ${title}`, '', ...items.map((item) => `- ${item}`), ''];
