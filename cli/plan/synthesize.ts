import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAssembly, type Templates } from '../../lib/checks/templates';
import { type Synthesis as Synthesizing, synthesizeInto } from '../synthesize';

export { root } from '../synthesize';

export interface Synthesis extends Omit<Synthesizing, 'folder'> {
  /** What is to be removed, whatever happens. */
  readonly removals: (() => void)[];
}

/**
 * The templates of an environment. What the guardrails refuse is written before they do, and showing it is what a plan
 * is for.
 */
export async function synthesize({ removals, ...synthesis }: Synthesis): Promise<Templates> {
  const folder = mkdtempSync(join(tmpdir(), 'plinth-plan-'));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  removals.push(remove);
  await synthesizeInto({ ...synthesis, folder });
  const templates = readAssembly(folder);
  remove();
  return templates;
}
