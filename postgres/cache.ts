import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A folder that is made once and used by all later runs: `make` fills a new folder, which then takes its name in one
 * step, so that a run that was killed, or two at once, leave no half of it. Undefined where nothing may be written.
 */
export async function cachedFolder(name: string, make: (folder: string) => Promise<void>): Promise<string | undefined> {
  const root = join(__dirname, '..', 'node_modules', '.cache', 'plinth');
  const folder = join(root, name);
  if (existsSync(folder)) return folder;
  sweepDrafts(root);
  const draft = join(root, `draft-${process.pid}-${randomBytes(4).toString('hex')}`);
  try {
    mkdirSync(draft, { recursive: true });
  } catch {
    return undefined;
  }
  try {
    await make(draft);
    try {
      renameSync(draft, folder);
    } catch (error) {
      // Another run was quicker; its folder is as good.
      if (!existsSync(folder)) throw error;
    }
    return folder;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Removes what runs that were killed in the middle of making a folder left. */
function sweepDrafts(root: string): void {
  for (const name of existsSync(root) ? readdirSync(root) : []) {
    const pid = /^draft-(\d+)-[0-9a-f]{8}$/.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    rmSync(join(root, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
