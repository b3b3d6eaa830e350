import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { writeChangedProject } from '../../../cli/rehearsal/change';
import { root } from '../../../cli/synthesize';
import { loadProject } from '../../../lib/config';
import type { Assembly } from '../../../rehearsal/assembly';
import { synthesized } from './app';

/** The default project, and the same after a change of the kind that is deployed most. */
export async function bothApps(environment: string): Promise<{ assembly: Assembly; changed: Assembly }> {
  const folder = mkdtempSync(join(process.env['PLINTH_RUN_FOLDER'] ?? '/tmp', 'changed-'));
  writeChangedProject(await loadProject(root), folder);
  const assembly = await synthesized(environment);
  return { assembly, changed: await synthesized(environment, folder) };
}
