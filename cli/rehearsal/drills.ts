import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finished } from '../../lambdas/drill-report/contract';
import { duration } from '../../lambdas/drill-report/verdict';
import { type LocalCloud, operatorKey, operatorSecret } from '../../rehearsal/cloud/cloud';
import { finds } from '../../rehearsal/drills/damage';
import type { Damage } from '../../rehearsal/drills/damage-type';
import type { Drilled, DrillRun } from '../../rehearsal/drills/run';
import '../aws/quiet';
import { seconds } from './stack-progress';
import { type Look, wrapped } from './text';

/** A drill with what its evidence says; without it, when there is none. */
export interface JudgedDrill {
  readonly run: DrillRun;
  readonly finished?: Finished;
  /** Where its report lies on this machine. */
  readonly page?: string;
  /** What is wrong with it, if anything is: it failed, or did not find what was damaged. */
  readonly problem?: string;
}

const names = ['report.html', 'report.md', 'report.json'] as const;

/** Brings the evidence of each drill beside the report of the rehearsal, and says what is not as it should be. */
export async function judgeDrills(
  { runs }: Drilled,
  cloud: LocalCloud,
  region: string,
  folder: string,
  damage: Damage | undefined,
): Promise<JudgedDrill[]> {
  const judged: JudgedDrill[] = [];
  for (const run of runs) {
    const there = await evidenceOf(run, cloud, region);
    const page = there && keep(there, join(folder, `drill-${run.kind}`));
    const finished = there && (JSON.parse(there['report.json']) as Finished);
    const problem = problemOf(run, finished, damage);
    judged.push({ run, ...(finished && { finished }), ...(page && { page }), ...(problem && { problem }) });
  }
  return judged;
}

function problemOf(run: DrillRun, finished: Finished | undefined, damage: Damage | undefined): string | undefined {
  const passed = run.status === 'SUCCEEDED';
  const why = finished?.Reasons.join(' ') || [run.error, run.cause].filter(Boolean).join(': ');
  if (!damage) return passed ? undefined : `The drill ${run.kind} failed: ${why}`;
  if (passed) return `The drill ${run.kind} passed, though ${damage.name} was to be caught.`;
  if (failedChecks(finished).some(({ Name }) => finds(damage, Name))) return undefined;
  return `The drill ${run.kind} failed, but none of the checks ${damage.foundBy.join(', ')} caught ${damage.name}: ${why}`;
}

const failedChecks = (finished: Finished | undefined) =>
  (finished?.Record.Check?.Checks ?? []).filter(({ Passed }) => !Passed);

type Evidence = Readonly<Record<(typeof names)[number], string>>;

/** The reports, as somebody reads them who may read the bucket; the way there stands in the outcome. */
async function evidenceOf(run: DrillRun, cloud: LocalCloud, region: string): Promise<Evidence | undefined> {
  const [, Bucket = '', folder = ''] =
    /s3:\/\/([^/\s]+)\/(\S+)\/report\.html/.exec(run.output ?? run.cause ?? '') ?? [];
  if (Bucket === '') return undefined;
  // Loaded when it is needed: AWS's clients take a third of a second.
  const { GetObjectCommand, S3Client } = require('@aws-sdk/client-s3') as typeof import('@aws-sdk/client-s3');
  const credentials = { accessKeyId: operatorKey, secretAccessKey: operatorSecret };
  const client = new S3Client({ region, endpoint: cloud.url, credentials, forcePathStyle: true });
  try {
    const texts = await Promise.all(
      names.map(async (name) => {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: `${folder}/${name}` }));
        return [name, (await Body?.transformToString()) ?? ''] as const;
      }),
    );
    return Object.fromEntries(texts) as Evidence;
  } finally {
    client.destroy();
  }
}

function keep(evidence: Evidence, folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const name of names) writeFileSync(join(folder, name), evidence[name]);
  return join(folder, 'report.html');
}

/** The report of each drill for a terminal: the verdict, what failed, what was measured, and where the whole stands. */
export function drillLines(
  { damage: done }: Drilled,
  judged: readonly JudgedDrill[],
  damage: Damage | undefined,
  shownPath: (path: string) => string,
  look: Look,
): string[] {
  const damaged = damage && done !== undefined ? ['', ...wrapped(`Damaged    ${done}`, look.columns, 11)] : [];
  return [...damaged, ...judged.flatMap((each) => ['', ...linesOf(each, damage, shownPath, look)])];
}

function linesOf(
  { run, finished, page, problem }: JudgedDrill,
  damage: Damage | undefined,
  shownPath: (path: string) => string,
  { paint, columns }: Look,
): string[] {
  const passed = run.status === 'SUCCEEDED';
  const title = `Drill ${run.kind}`;
  const took = paint('dim', `${seconds(run.tookMs)}, restore to report`);
  const verdict = passed ? 'passed' : 'failed';
  const head =
    problem !== undefined
      ? paint('red', damage ? `✗ ${title} ${verdict}: ${damage.name} was not caught.` : `✗ ${title} failed.`)
      : paint('green', damage ? `✔ ${title} failed: ${damage.name} was caught as it should be.` : `✔ ${title} passed.`);
  const failed = failedChecks(finished).flatMap(({ Name, Found }) =>
    wrapped(`  ✗ ${Name}: ${Found.length > mostLetters ? `${Found.slice(0, mostLetters)}…` : Found}`, columns, 6),
  );
  const warned = (problem === undefined && damage ? [] : (finished?.Warnings ?? [])).flatMap((warning) =>
    wrapped(`  ! ${warning}`, columns, 6).map((line) => paint('yellow', line)),
  );
  const rows: readonly (readonly [string, string])[] = [
    ['restored', finished?.Record.Chosen ?? ''],
    ['checks', finished ? checksIn(finished) : ''],
    ['RTO, RPO', finished ? timesIn(finished) : ''],
    ['signed off', finished?.SignOff?.Answers.map(({ Name, Arn }) => `${Name} (${Arn})`).join(', ') ?? ''],
    ['report', page === undefined ? 'none was written' : shownPath(page)],
  ];
  const told = rows
    .filter(([, text]) => text !== '')
    .flatMap(([name, text]) => wrapped(`  ${name.padEnd(12)}${text}`, columns, 14));
  const reason = finished ? [] : wrapped(`  ${run.error ?? run.status}: ${run.cause ?? ''}`, columns, 4);
  return [`${head} ${took}`, ...failed, ...reason, ...warned, ...told];
}

// The whole stands in the report.
const mostLetters = 300;

function checksIn(finished: Finished): string {
  const { Checks = [], NotShown = 0 } = finished.Record.Check ?? {};
  const passed = Checks.filter(({ Passed }) => Passed).length;
  const warned = finished.Warnings.length;
  return `${passed} of ${Checks.length + NotShown} passed${warned > 0 ? `, ${warned} ${warned === 1 ? 'warning' : 'warnings'}` : ''}`;
}

function timesIn({ Times: { Verified, DataLoss } }: Finished): string {
  const time = (value: number | undefined) => (value === undefined ? 'not measured' : duration(value));
  return `verified after ${time(Verified)} of the rehearsal's clock, ${time(DataLoss)} of work lost`;
}
