import { open, readFile, stat } from 'node:fs/promises';
import { isMissing } from './files';

export async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}

export async function readFrom(path: string, start: number): Promise<string> {
  const text = await readFile(path);
  return text.subarray(start).toString('utf8');
}

export async function openLog(path: string) {
  return await open(path, 'a', 0o600);
}

export type Failure = { kind: 'portTaken' | 'memoryInUse' | 'inUse' | 'other'; reason: string };

/** Why a server did not start, in its own words, without file names and line numbers that mean nothing to a reader. */
export function failureIn(log: string): Failure {
  const messages = [...log.matchAll(/\b(LOG|ERROR|FATAL|PANIC): {2}(.*)/g)].map(([, level = '', text = '']) => ({
    level,
    text,
  }));
  const fatal = messages.filter(({ level }) => level === 'FATAL' || level === 'PANIC').at(-1)?.text ?? '';
  const all = messages.map(({ text }) => text).join('\n');
  if (/could not bind .*Address already in use/.test(all)) return { kind: 'portTaken', reason: 'its port is taken' };
  if (/pre-existing shared memory block/.test(fatal)) return { kind: 'memoryInUse', reason: fatal };
  if (/lock file "postmaster.pid" already exists/.test(fatal)) return { kind: 'inUse', reason: fatal };
  if (/^configuration file .* contains errors/.test(fatal)) {
    const complaints = messages
      .filter(({ level }) => level === 'LOG')
      .map(({ text }) => text.replace(/ in file ".*" line \d+/, ''));
    return { kind: 'other', reason: complaints.join('; ') };
  }
  return { kind: 'other', reason: fatal || log.trim().split('\n').at(-1) || 'it wrote no log' };
}
