import type { ConcludeInput, Conclusion, DrillReportSettings, Finished, RecordInput, Verdict } from './contract';
import { shown, writeReports } from './files';
import type { EvidenceStore, Telling } from './seams';
import { judge, sentenceOf } from './verdict';

// As many points as a plot can show one by one. Drills of other kinds stand between them.
const historyLength = 30;
const kinds = 3;
const verdictKey = (id: string) => `drills/${id}/verdict.json`;

/** Judges and stores the verdict, while the copy is still there. */
export async function record(store: EvidenceStore, input: RecordInput): Promise<Pick<Verdict, 'Passed' | 'Reasons'>> {
  const verdict = judge(withoutNulls(input));
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
  const ended = finish(await verdictOf(store, input), input);
  // What failed needs nobody's approval to count as failed.
  const waits = ended.Verdict === 'passed' && settings.SignOff.length > 0;
  const finished: Finished = waits
    ? { ...ended, SignOff: { Decision: 'waiting', Names: settings.SignOff, Reasons: [], Answers: [] } }
    : ended;
  const history = [...(await pastDrills(store, finished)), finished];
  const folder = `drills/${input.Id}`;
  const Sha256 = await writeReports(store, folder, finished, history, settings);
  await store.write(
    `history/${input.EndedAt.replaceAll(':', '')}-${input.Id}.json`,
    shown(brief(finished)),
    'application/json',
  );
  const Report = `s3://${settings.Bucket}/${folder}/report.html`;
  const failed = finished.Verdict === 'failed';
  telling.measure(metricsOf(finished), finished.Record.Kind);
  const subject = `Restore drill ${finished.Verdict}: ${settings.Prefix}`;
  // Where somebody has to approve it, the request for that tells it all.
  if (!waits)
    await telling.tell(subject, [...(failed ? finished.Reasons : ['All checks passed.']), '', Report].join('\n'));
  return { Id: input.Id, Verdict: finished.Verdict, Reasons: finished.Reasons, Report, Sha256 };
}

/** What this execution has stored. A verdict of another one says nothing about this one. */
async function verdictOf(store: EvidenceStore, { Id, Execution }: ConcludeInput): Promise<Verdict | undefined> {
  const text = await store.read(verdictKey(Id));
  const verdict = text === undefined ? undefined : (JSON.parse(text) as Verdict);
  return verdict?.Record.Execution === Execution ? verdict : undefined;
}

function finish(verdict: Verdict | undefined, { Id, Execution, Gone, Teardown, EndedAt }: ConcludeInput): Finished {
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
    Record: { Action: 'record', Id, Execution, Kind: 'unknown', RequestedAt: EndedAt },
  };
  const Reasons = [...known.Reasons, ...left];
  const passed = known.Passed === true && Reasons.length === 0;
  const Latencies = latenciesOf(known);
  return { ...known, Passed: passed, Reasons, Verdict: passed ? 'passed' : 'failed', EndedAt, Gone, Latencies };
}

export async function pastDrills(store: EvidenceStore, now: Finished): Promise<Finished[]> {
  const keys = (await store.list('history/')).slice(-historyLength * kinds);
  const texts = await Promise.all(keys.map((key) => store.read(key)));
  const past = texts.flatMap((text) => (text === undefined ? [] : (JSON.parse(text) as Finished)));
  return past.filter(({ Id, Record }) => Id !== now.Id && Record.Kind === now.Record.Kind).slice(-historyLength);
}

function latenciesOf({ Record }: Verdict): NonNullable<Finished['Latencies']> {
  const measured = Object.entries(Record.Check?.Measured.Latencies ?? {});
  return Object.fromEntries(
    measured.flatMap(([name, { WarmP95Ms, LimitMs }]) =>
      WarmP95Ms === null ? [] : [[name, { P95Ms: WarmP95Ms, ...(LimitMs !== null && { LimitMs }) }]],
    ),
  );
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
