import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { root, synthesizeInto } from '../../../cli/synthesize';
import { type Assembly, readAssembly } from '../../../rehearsal/assembly';

/** Without the stack that protects the database, whose drills take longer than all the rest of a run. */
export const unprotected = (assembly: Assembly): Assembly => ({
  ...assembly,
  stacks: assembly.stacks.filter(({ name }) => !name.endsWith('-protection')),
});

/** The default project as `cdk synth` writes it, in the folder of this test run, which is removed with it. */
export async function synthesized(environment: string, project = root): Promise<Assembly> {
  const folder = mkdtempSync(join(process.env['PLINTH_RUN_FOLDER'] ?? '/tmp', 'app-'));
  const interrupted = new AbortController().signal;
  await synthesizeInto({ program: root, project, environment, folder, interrupted });
  return readAssembly(folder);
}
