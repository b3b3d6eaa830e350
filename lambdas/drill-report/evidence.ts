import { createHash } from 'node:crypto';
import type { ConcludeInput, Conclusion, DrillReportSettings, Finished, RecordInput, Verdict } from './contract';
import { markdown } from './markdown';
import { page } from './page';
import { judge, sentenceOf } from './verdict';

/** Where evidence is kept: nothing that is written is ever changed. */
export interface EvidenceStore {
  write(key: string, body: string, type: string): Promise<void>;
  /** Undefined where there is none. */
  read(key: string): Promise<string | undefined>;
  /** Keys below a prefix, in their order. */
  list(prefix: string): Promise<readonly string[]>;
}

export interface Telling {
  tell(subject: string, message: string): Promise<void>;
  /** One line of CloudWatch's embedded metrics. */
  measure(metrics: Readonly<Record<string, number>>): void;
}

// As many points as a plot can show one by one.
const historyLength = 30;
const verdictKey = (id: string) => `drills/${id}/verdict.json`;
const shown = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;

/** Judges and stores the verdict, while the copy is still there. */
export async function record(
  store: EvidenceStore,
  settings: DrillReportSettings,
  input: RecordInput,
): Promise<Pick<Verdict, 'Passed' | 'Reasons'>> {
  const verdict = judge(withoutNulls(input), settings);
  await store.write(verdictKey(input.Id), shown(verdict), 'application/json');
  return { Passed: verdict.Passed, Reasons: verdict.Reasons };
}

/** The machine's variables are null until they are known. */
function withoutNulls(input: RecordInput): RecordInput {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null)) as unknown as RecordInput;
}

/**
 * Ends a drill, from the verdict that is stored and whether the copy is gone; both have to be right. Writes the report
 * and tells of it.
 */
export async function conclude(
  store: EvidenceStore,
  telling: Telling,
  settings: DrillReportSettings,
  input: ConcludeInput,
): Promise<Conclusion> {
  const text = await store.read(verdictKey(input.Id));
  const finished = finish(text === undefined ? undefined : (JSON.parse(text) as Verdict), input);
  const history = [...(await pastDrills(store, finished)), finished];
  const folder = `drills/${input.Id}`;
  const files: readonly (readonly [name: string, body: string, type: string])[] = [
    ['report.json', shown(finished), 'application/json'],
    ['report.md', markdown(finished, settings), 'text/markdown; charset=utf-8'],
    ['report.html', page(finished, history, settings), 'text/html; charset=utf-8'],
  ];
  for (const [name, body, type] of files) await store.write(`${folder}/${name}`, body, type);
  const sums = files.map(([name, body]) => `${createHash('sha256').update(body).digest('hex')}  ${name}\n`).join('');
  await store.write(`${folder}/SHA256SUMS`, sums, 'text/plain; charset=utf-8');
  await store.write(
    `history/${input.EndedAt.replaceAll(':', '')}-${input.Id}.json`,
    shown(brief(finished)),
    'application/json',
  );
  const Report = `s3://${settings.Bucket}/${folder}/report.html`;
  const failed = finished.Verdict === 'failed';
  telling.measure(metricsOf(finished));
  const subject = `Restore drill ${finished.Verdict}: ${settings.Prefix}`;
  await telling.tell(subject, [...(failed ? finished.Reasons : ['All checks passed.']), '', Report].join('\n'));
  return { Id: input.Id, Verdict: finished.Verdict, Reasons: finished.Reasons, Report };
}

function finish(verdict: Verdict | undefined, { Id, Gone, Teardown, EndedAt }: ConcludeInput): Finished {
  const left = Gone
    ? []
    : [
        `The temporary instance ${Id} is not gone${Teardown ? `: ${sentenceOf(Teardown)}` : '.'} The sweeper removes it.`,
      ];
  const known: Verdict = verdict ?? {
    Id,
    Passed: false,
    Reasons: ['No verdict was stored.'],
    Warnings: [],
    Times: {},
    Record: { Action: 'record', Id, Execution: '', Kind: 'unknown', RequestedAt: EndedAt },
  };
  const Reasons = [...known.Reasons, ...left];
  const passed = known.Passed === true && Reasons.length === 0;
  return { ...known, Passed: passed, Reasons, Verdict: passed ? 'passed' : 'failed', EndedAt, Gone };
}

async function pastDrills(store: EvidenceStore, now: Finished): Promise<Finished[]> {
  const keys = (await store.list('history/')).slice(-historyLength);
  const texts = await Promise.all(keys.map((key) => store.read(key)));
  const past = texts.flatMap((text) => (text === undefined ? [] : (JSON.parse(text) as Finished)));
  return past.filter(({ Id, Record }) => Id !== now.Id && Record.Kind === now.Record.Kind);
}

/** Without the evidence, which is in its report. */
function brief(finished: Finished): Finished {
  const { Check: _, ...Record } = finished.Record;
  return { ...finished, Record };
}

function metricsOf({ Verdict, Times }: Finished): Record<string, number> {
  return {
    DrillPassed: Verdict === 'passed' ? 1 : 0,
    DrillFailed: Verdict === 'failed' ? 1 : 0,
    ...(Times.Verified !== undefined && { RecoveryTimeSeconds: Times.Verified }),
    ...(Times.DataLoss !== undefined && { DataLossSeconds: Times.DataLoss }),
  };
}
