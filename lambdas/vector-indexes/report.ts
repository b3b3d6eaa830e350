import type { Session } from '../shared/database';
import type { IndexAction, IndexReport, VectorIndex } from './contract';
import { orderBy } from './desired';
import type { Inspection } from './inspect';
import { newName, tableText } from './names';
import { progressSentence, readProgress } from './progress';
import { count, rowsText } from './words';

export function refused(name: string, index: VectorIndex, sentence: string): IndexReport {
  return { name, table: tableText(index), state: 'refused', actions: [], sentences: [sentence] };
}

/** What an inspection comes to, for people and for machines. */
export async function report(
  session: Session,
  seen: Inspection,
  actions: readonly IndexAction[] = [],
  before: readonly string[] = [],
): Promise<IndexReport> {
  const { name, index, column, places, rows } = seen;
  const progress = places.builder === undefined ? undefined : await readProgress(session, places.builder, rows.indexed);
  const sentences = [...before, ...stateSentences(seen)];
  if (progress) sentences.push(progressSentence(name, progress));
  if (rows.empty > 0) {
    sentences.push(`${rowsText(rows.empty)} of ${tableText(index)} have no ${index.column}, and no search finds them.`);
  }
  return {
    ...{ name, table: tableText(index), state: seen.state, actions, sentences, orderBy: orderBy(index, column) },
    ...(progress && { progress }),
  };
}

function stateSentences({ name, state, comparison, places, rows, column }: Inspection): string[] {
  const found = places.current?.vector;
  switch (state) {
    case 'ready':
      return [
        `"${name}" is as declared${detail(found?.options)}, on ${rowsText(rows.indexed)}.`,
        ...comparison.notes,
        ...(column.parallelWorkers === 0
          ? ['The table says parallel_workers = 0, so a build of its indexes uses one process.']
          : []),
      ];
    case 'built':
      return [`"${newName(name)}" is built and waits to take the place of "${name}".`];
    case 'absent':
      return [`"${name}" is not there, and no build of it runs.`];
    case 'different':
      return [`"${name}" is to be built again: ${comparison.differences.join('; ')}.`];
    case 'failed':
      return [
        `A build of "${name}" ended before its time and left an invalid index, which the next run replaces; why it ended, the server's log tells.`,
      ];
    case 'building':
      return [];
  }
}

function detail(options: Readonly<Record<string, number>> | undefined): string {
  const words = Object.entries(options ?? {}).map(([name, value]) => `${name} ${count(value)}`);
  return words.length > 0 ? ` (${words.join(', ')})` : '';
}
