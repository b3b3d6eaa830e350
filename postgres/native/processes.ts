import { readFile } from 'node:fs/promises';
import { run } from './account';
import { exists, isMissing } from './files';

/** The command line of a living process; undefined when there is none of that id. */
export async function commandOf(pid: string): Promise<string | undefined> {
  // A small Linux has no ps, and macOS has no /proc.
  if (!(await exists('/proc/self/cmdline'))) {
    const answer = await run('ps', ['-o', 'args=', '-p', pid]);
    return answer.code === 0 ? answer.stdout : undefined;
  }
  try {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ');
  } catch (error) {
    // ESRCH: it ended while we read.
    if (isMissing(error) || (error as NodeJS.ErrnoException).code === 'ESRCH') return undefined;
    throw error;
  }
}
