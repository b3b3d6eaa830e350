import { createHash } from 'node:crypto';
import type { DrillReportSettings, Finished } from './contract';
import { markdown } from './markdown';
import { page } from './page';
import type { EvidenceStore } from './seams';

export const shown = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;

export const digest = (text: string) => createHash('sha256').update(text).digest('hex');

/** The report in its three forms, and their sums; gives that of the JSON, which holds everything. */
export async function writeReports(
  store: EvidenceStore,
  folder: string,
  finished: Finished,
  history: readonly Finished[],
  settings: DrillReportSettings,
): Promise<string> {
  const files: readonly (readonly [name: string, body: string, type: string])[] = [
    ['report.json', shown(finished), 'application/json'],
    ['report.md', markdown(finished, settings), 'text/markdown; charset=utf-8'],
    ['report.html', page(finished, history, settings), 'text/html; charset=utf-8'],
  ];
  for (const [name, body, type] of files) await store.write(`${folder}/${name}`, body, type);
  const sums = files.map(([name, body]) => `${digest(body)}  ${name}\n`).join('');
  await store.write(`${folder}/SHA256SUMS`, sums, 'text/plain; charset=utf-8');
  return digest(shown(finished));
}
