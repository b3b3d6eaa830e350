import { existsSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import { goldenFolder } from '../../lib/checks/golden';
import { Refusal } from '../../lib/checks/refusal';
import { readAssembly, type Templates } from '../../lib/checks/templates';
import type { Environment, Project } from '../../lib/config';
import { UsageError } from '../arguments';
import { checkOut } from './git-ref';
import { synthesize } from './synthesize';

export interface Present {
  readonly project: Project;
  readonly environment: Environment;
  readonly golden: Templates | undefined;
  readonly interrupted: AbortSignal;
  /** What is to be removed, whatever happens. */
  readonly removals: (() => void)[];
}

export interface Past {
  readonly before: Templates | undefined;
  /** For the sentence that says what was compared. */
  readonly against: string;
}

/**
 * What `--against` means: nothing is the accepted templates; a folder is what a synth wrote; all else is a git ref. What
 * cannot be is refused here; what is given back is told what there is now, and may take as long as that takes to come.
 */
export function pastOf(against: string | undefined, present: Present): (after: Promise<Templates>) => Promise<Past> {
  if (against === undefined) return async () => withGolden(present);
  if (existsSync(against) && statSync(against).isDirectory()) return withAssembly(against, present);
  return withRef(against, present);
}

function withGolden({ project, environment: { name }, golden }: Present): Past {
  const folder = goldenFolder(project.folder, name);
  const where = relative('', folder) || folder;
  if (golden !== undefined) return { before: golden, against: where };
  return { before: undefined, against: `no templates of ${name} have been accepted yet (\`--accept\` does)` };
}

function withAssembly(folder: string, { environment }: Present) {
  const before = readAssembly(folder);
  const stacks = Object.keys(before);
  return async (after: Promise<Templates>): Promise<Past> => {
    const now = await after;
    if (stacks.length > 0 && !stacks.some((stack) => stack in now)) {
      throw new UsageError(`${folder} holds ${stacks.join(', ')}, and none of them is of ${environment.name}.`);
    }
    return { before, against: folder };
  };
}

function withRef(ref: string, { project, environment: { name }, interrupted, removals }: Present) {
  const checkout = checkOut(ref, project.folder);
  removals.push(checkout.remove);
  const { program, label } = checkout;
  return async (): Promise<Past> => {
    try {
      const before = await synthesize({ program, project: checkout.project, environment: name, interrupted, removals });
      return { before, against: label };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (/^There is no environment '/.test(error.message)) {
        return { before: undefined, against: `${label} has no environment ${name}` };
      }
      throw new Refusal(`${name} cannot be synthesized at ${label}: ${error.message}`);
    }
  };
}
